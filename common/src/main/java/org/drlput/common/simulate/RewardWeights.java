package org.drlput.common.simulate;

import java.util.Map;
import org.drlput.common.experiment.Experiment.Outcome;
import org.drlput.common.experiment.Experiment.Reward;

/**
 * What one unit of each of the market's outcomes adds to the reward.
 *
 * @param conversion as expected: times the chance that it is seen within the window
 * @param conversionIfSeen of a conversion within the window
 */
record RewardWeights(
        double revenue,
        double click,
        double longClick,
        double conversion,
        double conversionIfSeen,
        long conversionWindowMillis) {

    static RewardWeights of(Reward reward, String variant, MarketParameters parameters) {
        double[] sum = new double[4];
        long window = Long.MAX_VALUE;
        for (Map.Entry<String, Double> term :
                reward.variants().getOrDefault(variant, Map.of()).entrySet()) {
            Outcome outcome = reward.outcomes().get(term.getKey());
            if (outcome == null) {
                throw new IllegalArgumentException(
                        "reward variant '%s': no outcome '%s'".formatted(variant, term.getKey()));
            }
            int column = MarketCheck.OUTCOMES.indexOf(outcome.column());
            sum[column] += term.getValue();
            if (outcome.delayColumn() != null && outcome.windowMillis() > 0) {
                window = outcome.windowMillis();
            }
        }
        double inTime = window == Long.MAX_VALUE ? 1 : 1 - StrictMath.exp(-(window + 1) / parameters.delayMeanMillis());
        return new RewardWeights(sum[0], sum[1], sum[2], sum[3] * inTime, sum[3], window);
    }
}
