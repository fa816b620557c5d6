package org.drlput.common.estimate;

import java.util.Arrays;
import java.util.Map;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.encode.FeatureEncoder;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.log.FirstPassResult.NumericStatistics;
import org.jspecify.annotations.Nullable;

/**
 * q̂(s, a): what an action is expected to earn in a state, of the reward and of each outcome. A ridge regression, so that the same rows
 * give the same bits, in a second or two and a few megabytes, whatever their number: at most {@value RewardModelFit#MAX_ROWS} of them,
 * spread evenly, are fitted on. The penalty is the one of a few that errs least on rows which were left out of the fit.
 *
 * <p>Never asked about a row that it was fitted on: {@link #ofOtherRows} is for rows that others are judged by, {@link #crossFitted} has
 * {@value RewardModelFit#FOLDS} models, each fitted on all folds of the rows but one, and judges a row by the one that left it out.
 * Immutable; any thread. Source of the latter: Chernozhukov et al. 2018, Double/debiased machine learning, arXiv 1608.00060,
 * definition 3.1.
 */
public final class RewardModel {
    private final @Nullable RowDesign design;
    /** {@code [folds or 1][measures][columns]} */
    private final double[][][] coefficients;

    RewardModel(@Nullable RowDesign design, double[][][] coefficients) {
        this.design = design;
        this.coefficients = coefficients;
    }

    /** None at all: estimators that need one have no estimate. */
    static RewardModel none() {
        return new RewardModel(null, new double[0][][]);
    }

    /**
     * A model for rows other than these.
     *
     * @param statistics of the numeric features, by name
     * @param blocks read once
     */
    public static RewardModel ofOtherRows(
            Experiment experiment,
            Map<String, NumericStatistics> statistics,
            EvaluationScope.Rows rows,
            Iterable<Block> blocks,
            long rowCount) {
        return new RewardModelFit(experiment, statistics, rowCount)
                .add(rows, blocks)
                .whole();
    }

    /** A model for these very rows, in this order. */
    static RewardModel crossFitted(
            Experiment experiment,
            Map<String, NumericStatistics> statistics,
            EvaluationScope.Rows rows,
            Iterable<Block> blocks,
            long rowCount) {
        return new RewardModelFit(experiment, statistics, rowCount)
                .add(rows, blocks)
                .crossFitted();
    }

    boolean exists() {
        return design != null;
    }

    /**
     * Asks the model about rows.
     *
     * @param maxRows that are loaded at once
     * @param measures that it is asked about: the first so many
     */
    Answers answers(int maxRows, int measures) {
        if (design == null) {
            throw new IllegalStateException("there is no reward model");
        }
        return new Answers(design, maxRows, measures);
    }

    /** Answers about the rows loaded last. Holds buffers; one thread. */
    final class Answers {
        private final RowDesign design;
        private final FeatureEncoder encoder;
        private final EncodedBatch batch;
        private final RowDesign.Columns state = new RowDesign.Columns();
        /** Of the current row: {@code [measure][axis][cell]}, NaN where not asked for yet; and what depends on the state alone. */
        private final double[][][] cells;

        private final double[] ofState;
        private double[][] model;
        private long first;

        private Answers(RowDesign design, int maxRows, int measures) {
            this.design = design;
            encoder = design.encoder();
            batch = encoder.newBatch(maxRows);
            model = coefficients[0];
            cells = new double[measures][design.axes()][];
            for (double[][] ofMeasure : cells) {
                for (int axis = 0; axis < ofMeasure.length; axis++) {
                    ofMeasure[axis] = new double[design.cellCount(axis)];
                }
            }
            ofState = new double[measures];
        }

        /** Loads the block's rows {@code rows[from, from + count)}, the first being the {@code first}-th that is judged. */
        void load(Block block, int[] rows, int from, int count, long firstJudged) {
            batch.rowCount = 0;
            encoder.encodeRows(block, rows, from, count, batch);
            first = firstJudged;
        }

        /** Turns to the i-th row loaded. */
        void row(int i) {
            model = coefficients[coefficients.length == 1 ? 0 : RewardModelFit.fold(first + i)];
            design.state(batch, i, state);
            for (int m = 0; m < ofState.length; m++) {
                ofState[m] = state.dot(model[m]);
                for (double[] ofAxis : cells[m]) {
                    Arrays.fill(ofAxis, Double.NaN);
                }
            }
        }

        /** q̂(s, a) of a measure. */
        double of(int measure, int actionId) {
            double sum = ofState[measure];
            for (int axis = 0; axis < design.axes(); axis++) {
                int cell = design.cell(axis, actionId);
                double known = cells[measure][axis][cell];
                if (Double.isNaN(known)) {
                    known = design.cell(state, axis, cell, model[measure]);
                    cells[measure][axis][cell] = known;
                }
                sum += known;
            }
            return sum + design.pairs(actionId, model[measure]);
        }

        /** q̂(s, π) of a measure, π being {@code probabilities[from, from + actions)}. */
        double of(int measure, float[] probabilities, int from, int actions) {
            double sum = 0;
            for (int a = 0; a < actions; a++) {
                sum += probabilities[from + a] * of(measure, a);
            }
            return sum;
        }
    }
}
