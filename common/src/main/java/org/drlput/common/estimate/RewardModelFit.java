package org.drlput.common.estimate;

import java.util.Map;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.encode.FeatureEncoder;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.log.FirstPassResult.NumericStatistics;

/** Fits a {@link RewardModel}: sums of each fold in one pass over the rows, then a few solutions. Mutable; one thread. */
final class RewardModelFit {
    static final int MAX_ROWS = 100_000;
    static final int FOLDS = 4;
    /** With fewer rows there is no model: a fold would have nothing to say. */
    private static final int MIN_ROWS = 20;

    private static final double[] PENALTIES = {3, 30, 300, 3000, 30_000};
    private static final int BATCH_ROWS = 512;

    private final Measures measures;
    private final RowDesign design;
    private final FeatureEncoder encoder;
    private final EncodedBatch batch;
    private final RowDesign.Columns state = new RowDesign.Columns();
    private final RowDesign.Columns columns = new RowDesign.Columns();
    private final NormalEquations[] folds = new NormalEquations[FOLDS];
    private final long stride;
    private final int[] selected = new int[BATCH_ROWS];
    private final int[] foldOf = new int[BATCH_ROWS];
    private long seen;

    /** @param rowCount how many rows there will be: where more than {@value #MAX_ROWS}, every so many-th is taken */
    RewardModelFit(Experiment experiment, Map<String, NumericStatistics> statistics, long rowCount) {
        measures = new Measures(experiment);
        design = new RowDesign(experiment, statistics);
        encoder = design.encoder();
        batch = encoder.newBatch(BATCH_ROWS);
        for (int f = 0; f < FOLDS; f++) {
            folds[f] = new NormalEquations(design.width(), measures.count());
        }
        stride = Math.max(1, (rowCount + MAX_ROWS - 1) / MAX_ROWS);
    }

    /**
     * The fold of the n-th row. Source of the mixing: Steele, Lea and Flood 2014, Fast splittable pseudorandom number generators.
     */
    static int fold(long n) {
        long z = (n + 1) * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        return (int) (z >>> 61) % FOLDS;
    }

    RewardModelFit add(EvaluationScope.Rows rows, Iterable<Block> blocks) {
        for (Block block : blocks) {
            double[][] targets = measures.of(block);
            int n = 0;
            for (int i = 0; i < block.rowCount(); i++) {
                if (!rows.include(block.rowState()[i])) {
                    continue;
                }
                if (seen % stride == 0) {
                    selected[n] = i;
                    foldOf[n++] = fold(seen);
                }
                seen++;
                if (n == BATCH_ROWS) {
                    add(block, n, targets);
                    n = 0;
                }
            }
            add(block, n, targets);
        }
        return this;
    }

    private void add(Block block, int n, double[][] targets) {
        batch.rowCount = 0;
        encoder.encodeRows(block, selected, 0, n, batch);
        for (int i = 0; i < n; i++) {
            int action = block.actionId()[selected[i]];
            design.state(batch, i, state);
            columns.clear();
            columns.addAll(state);
            for (int axis = 0; axis < design.axes(); axis++) {
                design.cell(state, axis, design.cell(axis, action), columns);
            }
            design.pairs(action, columns);
            folds[foldOf[i]].add(columns, targets, selected[i]);
        }
    }

    private NormalEquations all() {
        NormalEquations all = new NormalEquations(design.width(), measures.count());
        for (NormalEquations fold : folds) {
            all.add(fold, 1);
        }
        return all;
    }

    RewardModel whole() {
        NormalEquations all = all();
        if (all.rows() < MIN_ROWS) {
            return RewardModel.none();
        }
        return new RewardModel(design, new double[][][] {all.solve(penalty(all))});
    }

    RewardModel crossFitted() {
        NormalEquations all = all();
        if (all.rows() < MIN_ROWS) {
            return RewardModel.none();
        }
        double penalty = penalty(all);
        double[][][] coefficients = new double[FOLDS][][];
        for (int f = 0; f < FOLDS; f++) {
            all.add(folds[f], -1);
            coefficients[f] = all.solve(penalty);
            all.add(folds[f], 1);
        }
        return new RewardModel(design, coefficients);
    }

    /** That whose fit on all folds but the first has the least squared error of the reward on the first. */
    private double penalty(NormalEquations all) {
        all.add(folds[0], -1);
        double best = PENALTIES[0];
        double least = Double.POSITIVE_INFINITY;
        for (double penalty : PENALTIES) {
            double error = folds[0].squaredError(Measures.REWARD, all.solve(penalty)[Measures.REWARD]);
            if (error < least) {
                least = error;
                best = penalty;
            }
        }
        all.add(folds[0], 1);
        return best;
    }
}
