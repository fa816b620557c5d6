package org.drlput.server.console;

import java.util.List;
import org.drlput.common.wire.v1.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * How a shard is.
 *
 * @param error why it did not answer; null: it did. Then all that follows it is empty
 * @param incarnation of its process, hexadecimal
 * @param captures durable ones of this generation
 * @param staged parts of versions that wait for a checkpoint
 * @param refused micro-batches, the newest last
 */
record ShardNow(
        int shard,
        String address,
        @Nullable String error,
        String run,
        long generation,
        String incarnation,
        boolean opened,
        long step,
        long totalSteps,
        int captures,
        int staged,
        long refusedMicroBatches,
        List<Refused> refused,
        String failure,
        String warning) {
    private static final int SHOWN_REFUSED = 10;

    record Refused(long step, int microBatch, String cause) {}

    static ShardNow silent(int shard, String address, String error) {
        return new ShardNow(shard, address, error, "", 0, "", false, 0, 0, 0, 0, 0, List.of(), "", "");
    }

    static ShardNow of(String address, StatusReply answer) {
        int skipped = Math.max(0, answer.getRefusedCount() - SHOWN_REFUSED);
        return new ShardNow(
                answer.getShard(),
                address,
                null,
                answer.getRun(),
                answer.getGeneration(),
                Long.toHexString(answer.getIncarnation()),
                answer.getOpened(),
                answer.getStep(),
                answer.getTotalSteps(),
                answer.getCapturesCount(),
                answer.getStagedCount(),
                answer.getMetrics().getRefusedMicroBatches(),
                answer.getRefusedList().stream()
                        .skip(skipped)
                        .map(r -> new Refused(r.getStep(), r.getMicroBatch(), r.getCause()))
                        .toList(),
                answer.getFailure(),
                answer.getWarning());
    }
}
