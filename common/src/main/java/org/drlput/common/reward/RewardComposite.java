package org.drlput.common.reward;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.Experiment.Outcome;
import org.drlput.common.experiment.Experiment.Reward;
import org.drlput.common.log.Block;

/**
 * A reward as a linear composite of logged outcomes: {@code Σ coefficient · outcome}. An outcome with a delay column counts only
 * where it was seen within its window. Immutable.
 */
public final class RewardComposite {
    private final double[] coefficients;
    private final long[] windowMillis;

    private RewardComposite(double[] coefficients, long[] windowMillis) {
        this.coefficients = coefficients;
        this.windowMillis = windowMillis;
    }

    /** The active variant. */
    public static RewardComposite of(Reward reward) {
        return of(reward, reward.active());
    }

    public static RewardComposite of(Reward reward, String variant) {
        Map<String, Double> byOutcome = reward.variants().get(variant);
        if (byOutcome == null) {
            throw new IllegalArgumentException("reward variant '%s': expected one of %s"
                    .formatted(variant, String.join(", ", reward.variants().keySet())));
        }
        List<Map.Entry<String, Outcome>> outcomes =
                new ArrayList<>(reward.outcomes().entrySet());
        double[] coefficients = new double[outcomes.size()];
        long[] windows = new long[outcomes.size()];
        for (int i = 0; i < coefficients.length; i++) {
            coefficients[i] = byOutcome.getOrDefault(outcomes.get(i).getKey(), 0.0);
            Outcome outcome = outcomes.get(i).getValue();
            windows[i] = outcome.delayColumn() == null ? 0 : outcome.windowMillis();
        }
        return new RewardComposite(coefficients, windows);
    }

    /**
     * Writes the reward of each of the block's rows to {@code out[0 .. rowCount)}. A rejected row's is 0, whatever was logged;
     * an outcome that is not used, or was not seen within its window, counts 0 even if it is NaN.
     */
    public void compute(Block block, double[] out) {
        Arrays.fill(out, 0, block.rowCount(), 0.0);
        for (int o = 0; o < coefficients.length; o++) {
            if (coefficients[o] == 0) {
                continue;
            }
            double[] outcome = block.outcomes()[o];
            for (int i = 0; i < block.rowCount(); i++) {
                if (windowMillis[o] == 0 || isSeen(block.delayMillis()[o][i], windowMillis[o])) {
                    out[i] += coefficients[o] * outcome[i];
                }
            }
        }
        for (int i = 0; i < block.rowCount(); i++) {
            if (block.rowState()[i] == Block.REJECTED) {
                out[i] = 0;
            }
        }
    }

    /** -1 is a delay that was never logged. */
    private static boolean isSeen(long delayMillis, long windowMillis) {
        return delayMillis >= 0 && delayMillis <= windowMillis;
    }
}
