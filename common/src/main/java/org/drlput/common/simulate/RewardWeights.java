package org.drlput.common.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.Experiment.Outcome;
import org.drlput.common.experiment.Experiment.Reward;

/**
 * What one unit of each of the market's outcomes adds to the reward.
 *
 * @param conversion as expected: times the chance that it is seen within the window
 * @param windows of the conversions that count
 */
record RewardWeights(double revenue, double click, double longClick, double conversion, List<Window> windows) {
    /** A conversion that is seen within so long adds so much. */
    record Window(long millis, double coefficient) {}

    static RewardWeights of(Market market) {
        return of(market.experiment().reward(), market.experiment().reward().active(), market.parameters());
    }

    static RewardWeights of(Reward reward, String variant, MarketParameters parameters) {
        double[] sum = new double[MarketCheck.OUTCOMES.size()];
        List<Window> windows = new ArrayList<>();
        for (Map.Entry<String, Double> term :
                reward.variants().getOrDefault(variant, Map.of()).entrySet()) {
            Outcome outcome = reward.outcomes().get(term.getKey());
            if (outcome == null) {
                throw new IllegalArgumentException(
                        "reward variant '%s': no outcome '%s'".formatted(variant, term.getKey()));
            }
            double inTime = 1;
            if (outcome.column().equals(MarketCheck.CONVERSION)) {
                boolean delayed = outcome.delayColumn() != null && outcome.windowMillis() > 0;
                long millis = delayed ? outcome.windowMillis() : Long.MAX_VALUE;
                windows.add(new Window(millis, term.getValue()));
                // a delay is logged in whole milliseconds, rounded down
                inTime = delayed ? 1 - StrictMath.exp(-(millis + 1) / parameters.delayMeanMillis()) : 1;
            }
            sum[MarketCheck.OUTCOMES.indexOf(outcome.column())] += inTime * term.getValue();
        }
        return new RewardWeights(sum[0], sum[1], sum[2], sum[3], List.copyOf(windows));
    }

    /** What a conversion adds that came after so long; -1: none came. */
    double conversionSeenAfter(long delayMillis) {
        double sum = 0;
        for (int i = 0; i < windows.size() && delayMillis >= 0; i++) {
            sum += delayMillis <= windows.get(i).millis() ? windows.get(i).coefficient() : 0;
        }
        return sum;
    }
}
