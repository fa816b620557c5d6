package org.drlput.common.wire;

import org.drlput.common.gradient.Metrics;

/** {@link Metrics} as a message and back. */
public final class MetricsCodec {
    private MetricsCodec() {}

    public static org.drlput.common.wire.v1.Metrics encode(Metrics metrics) {
        return org.drlput.common.wire.v1.Metrics.newBuilder()
                .setRows(metrics.rows)
                .setRewardSum(metrics.rewardSum)
                .setRewardSquareSum(metrics.rewardSquareSum)
                .setWeightSum(metrics.weightSum)
                .setWeightSquareSum(metrics.weightSquareSum)
                .setWeightedRewardSum(metrics.weightedRewardSum)
                .setEntropySum(metrics.entropySum)
                .setGreedyMatches(metrics.greedyMatches)
                .setGreedyWeightSum(metrics.greedyWeightSum)
                .setGreedyWeightedRewardSum(metrics.greedyWeightedRewardSum)
                .setRefusedMicroBatches(metrics.refusedMicroBatches)
                .setClippedRows(metrics.clippedRows)
                .build();
    }

    /**
     * Overwrites {@code into}.
     *
     * @throws io.grpc.StatusRuntimeException {@code INVALID_ARGUMENT} where a sum is not finite or a count negative
     */
    public static void decode(org.drlput.common.wire.v1.Metrics message, Metrics into) {
        into.rows = count("rows", message.getRows());
        into.rewardSum = finite("reward_sum", message.getRewardSum());
        into.rewardSquareSum = finite("reward_square_sum", message.getRewardSquareSum());
        into.weightSum = finite("weight_sum", message.getWeightSum());
        into.weightSquareSum = finite("weight_square_sum", message.getWeightSquareSum());
        into.weightedRewardSum = finite("weighted_reward_sum", message.getWeightedRewardSum());
        into.entropySum = finite("entropy_sum", message.getEntropySum());
        into.greedyMatches = count("greedy_matches", message.getGreedyMatches());
        into.greedyWeightSum = finite("greedy_weight_sum", message.getGreedyWeightSum());
        into.greedyWeightedRewardSum = finite("greedy_weighted_reward_sum", message.getGreedyWeightedRewardSum());
        into.refusedMicroBatches = count("refused_micro_batches", message.getRefusedMicroBatches());
        into.clippedRows = count("clipped_rows", message.getClippedRows());
    }

    private static double finite(String name, double value) {
        if (!Double.isFinite(value)) {
            throw Statuses.invalidArgument("metrics.%s: found %s, expected a finite number".formatted(name, value));
        }
        return value;
    }

    private static long count(String name, long value) {
        if (value < 0) {
            throw Statuses.invalidArgument(
                    "metrics.%s: found %s, expected at most 2^63 - 1".formatted(name, Long.toUnsignedString(value)));
        }
        return value;
    }
}
