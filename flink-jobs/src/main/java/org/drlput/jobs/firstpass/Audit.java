package org.drlput.jobs.firstpass;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Behaviour;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.log.Block;
import org.drlput.common.log.BlockBuilder;
import org.drlput.common.log.FirstPassResult.NumericStatistics;
import org.drlput.common.log.FirstPassResult.RewardStatistics;
import org.drlput.common.log.RejectedRow;
import org.drlput.common.log.RowRejection;
import org.drlput.common.reward.RewardComposite;

/** What is counted over the rows: causes, support of the actions, propensities, statistics of features and reward. One thread. */
final class Audit {
    /** Examples of rejected rows that a message shows. */
    private static final int EXAMPLES = 5;
    /** Relative; logs often hold float32. */
    private static final double PROPENSITY_TOLERANCE = 1e-5;
    /** A mean inverse propensity farther from 1 than this share is worth a word. */
    private static final double CALIBRATION_TOLERANCE = 0.1;

    private final Experiment experiment;
    private final List<Numeric> features;
    private final RewardComposite composite;
    private final long[] actionCounts;
    private final long[] rejected = new long[RowRejection.values().length];
    private final List<RejectedRow> examples = new ArrayList<>();
    private final Moments[] numeric;
    private final Moments reward = new Moments();
    /** Over training rows, of one over the propensity, and of that times the reward. */
    private double inverseSum;

    private double inverseRewardSum;
    private final double[] rewards = new double[Block.MAX_ROWS];
    private final double[] scratch = new double[Block.MAX_ROWS];
    private long rows;
    private long trainedRows;
    private long heldOutRows;
    private long notUniform;
    private double minPropensity = Double.POSITIVE_INFINITY;
    private double maxPropensity;
    /** Sum of 1 / (K p), block by block. */
    private double inversePropensities;

    private long firstEventMillis = Long.MAX_VALUE;
    private long lastEventMillis = Long.MIN_VALUE;

    Audit(Experiment experiment) {
        this.experiment = experiment;
        features = FeatureSpace.of(experiment.features()).numeric();
        composite = RewardComposite.of(experiment.reward());
        actionCounts = new long[ActionSpace.of(experiment.actions()).size()];
        numeric = new Moments[features.size()];
        for (int f = 0; f < numeric.length; f++) {
            numeric[f] = new Moments();
        }
    }

    /** Counts a block; the builder still holds what it was made of. */
    void add(Block block, BlockBuilder builder) {
        rows += block.rowCount();
        for (RejectedRow row : builder.rejected()) {
            rejected[row.rejection().ordinal()]++;
            if (examples.size() < EXAMPLES) {
                examples.add(row);
            }
        }
        valid(block, builder);
        for (int f = 0; f < numeric.length; f++) {
            float[] column = block.numeric()[f];
            int n = 0;
            for (int i = 0; i < block.rowCount(); i++) {
                scratch[n] = column[i];
                n += block.rowState()[i] == Block.TRAIN ? 1 : 0;
            }
            numeric[f].addBlock(scratch, n);
        }
        composite.compute(block, rewards);
        int n = 0;
        double weights = 0;
        double weighted = 0;
        for (int i = 0; i < block.rowCount(); i++) {
            if (block.rowState()[i] == Block.TRAIN) {
                double weight = 1 / block.propensity()[i];
                weights += weight;
                weighted += weight * rewards[i];
                rewards[n++] = rewards[i];
            }
        }
        inverseSum += weights;
        inverseRewardSum += weighted;
        reward.addBlock(rewards, n);
        trainedRows += n;
    }

    /** Self-normalized. Source: Swaminathan and Joachims 2015, NIPS, equation 6. */
    private double uniformMean() {
        return inverseSum == 0 ? 0 : inverseRewardSum / inverseSum;
    }

    private void valid(Block block, BlockBuilder builder) {
        double uniform = 1.0 / actionCounts.length;
        double inverse = 0;
        for (int i = 0; i < block.rowCount(); i++) {
            byte state = block.rowState()[i];
            if (state == Block.REJECTED) {
                continue;
            }
            heldOutRows += state == Block.HELD_OUT ? 1 : 0;
            actionCounts[block.actionId()[i]]++;
            double p = block.propensity()[i];
            minPropensity = Math.min(minPropensity, p);
            maxPropensity = Math.max(maxPropensity, p);
            inverse += uniform / p;
            notUniform += Math.abs(p - uniform) > PROPENSITY_TOLERANCE * uniform ? 1 : 0;
            firstEventMillis = Math.min(firstEventMillis, builder.eventTimeMillis(i));
            lastEventMillis = Math.max(lastEventMillis, builder.eventTimeMillis(i));
        }
        inversePropensities += inverse;
    }

    long rows() {
        return rows;
    }

    long trainedRows() {
        return trainedRows;
    }

    long heldOutRows() {
        return heldOutRows;
    }

    long validRows() {
        return trainedRows + heldOutRows;
    }

    long rejectedRows() {
        return rows - validRows();
    }

    List<RejectedRow> examples() {
        return examples;
    }

    double minPropensity() {
        return validRows() == 0 ? 0 : minPropensity;
    }

    double maxPropensity() {
        return maxPropensity;
    }

    double meanInversePropensityOverActions() {
        return validRows() == 0 ? 0 : inversePropensities / validRows();
    }

    String firstEventTime() {
        return validRows() == 0 ? "" : Instant.ofEpochMilli(firstEventMillis).toString();
    }

    String lastEventTime() {
        return validRows() == 0 ? "" : Instant.ofEpochMilli(lastEventMillis).toString();
    }

    /** Counts of the causes that occurred. */
    Map<String, Long> rejected() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (RowRejection cause : RowRejection.values()) {
            if (rejected[cause.ordinal()] > 0) {
                counts.put(cause.cause(), rejected[cause.ordinal()]);
            }
        }
        return counts;
    }

    List<Long> actionCounts() {
        return Arrays.stream(actionCounts).boxed().toList();
    }

    Map<String, NumericStatistics> numeric() {
        Map<String, NumericStatistics> byFeature = new LinkedHashMap<>();
        for (int f = 0; f < numeric.length; f++) {
            byFeature.put(features.get(f).name(), numeric[f].numeric());
        }
        return byFeature;
    }

    RewardStatistics reward() {
        return new RewardStatistics(reward.mean(), reward.deviation(), uniformMean());
    }

    /** What is strange but not wrong. Not in the words of the user's locale: they are part of the result's bytes. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        warnOfPropensities(warnings);
        int actions = actionCounts.length;
        long unsupported =
                Arrays.stream(actionCounts).filter(count -> count == 0).count();
        if (unsupported > 0) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "%d of %d actions were never logged: nothing can be learned about them",
                    unsupported,
                    actions));
        }
        numeric().forEach((name, s) -> {
            if (s.min() == s.max() && trainedRows > 1) {
                warnings.add("feature '" + name + "' is " + s.min() + " in every row: it tells nothing");
            }
        });
        if (reward.deviation() == 0) {
            warnings.add("the reward '" + experiment.reward().active() + "' is " + reward.mean()
                    + " in every row: there is nothing to learn");
        }
        if (heldOutRows == 0) {
            warnings.add("no row is held out: no version can be evaluated");
        }
        return warnings;
    }

    private void warnOfPropensities(List<String> warnings) {
        int actions = actionCounts.length;
        if (experiment.actions().behaviour() == Behaviour.UNIFORM && notUniform > 0) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "behaviour is declared uniform, but %d of %d rows have a propensity other than 1/%d = %.6g (from"
                            + " %.6g to %.6g): propensities are used as logged; declare 'behaviour: logged'",
                    notUniform,
                    validRows(),
                    actions,
                    1.0 / actions,
                    minPropensity(),
                    maxPropensity()));
        }
        double calibration = meanInversePropensityOverActions();
        if (validRows() > 0 && Math.abs(calibration - 1) > CALIBRATION_TOLERANCE) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "the mean of 1 / (K propensity) is %.4g, expected about 1: the logged propensities are not the ones"
                            + " that the actions were drawn with",
                    calibration));
        }
    }
}
