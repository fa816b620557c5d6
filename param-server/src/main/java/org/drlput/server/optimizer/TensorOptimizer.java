package org.drlput.server.optimizer;

import java.util.List;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.SparseRows;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;

/** Walks the tensors by role: dense ones whole, embeddings by touched rows, batch-norm statistics by their own average. */
final class TensorOptimizer implements Optimizer {
    private final UpdateRule rule;
    private final double batchNormMomentum;
    private final List<TensorSpec> tensors;

    TensorOptimizer(UpdateRule rule, double batchNormMomentum, List<TensorSpec> tensors) {
        this.rule = rule;
        this.batchNormMomentum = batchNormMomentum;
        this.tensors = List.copyOf(tensors);
    }

    @Override
    public void step(Parameters weights, Contribution sum, long step) {
        if (sum.empty()) {
            return;
        }
        long rows = sum.metrics().rows;
        float inverseRows = (float) (1.0 / rows);
        rule.begin(step);
        for (int t = 0; t < tensors.size(); t++) {
            float[] values = weights.values(t);
            switch (tensors.get(t).role()) {
                case DENSE, DENSE_NO_DECAY -> rule.apply(t, values, 0, sum.dense(t), 0, values.length, inverseRows);
                case EMBEDDING -> stepRows(t, values, sum.sparse(t), inverseRows);
                case STATISTIC -> moveStatistics(values, sum.dense(t), rows);
            }
        }
    }

    private void stepRows(int tensor, float[] values, SparseRows sums, float inverseRows) {
        int columns = sums.columns();
        for (int slot = 0; slot < sums.count(); slot++) {
            rule.apply(tensor, values, sums.row(slot) * columns, sums.values(), slot * columns, columns, inverseRows);
        }
    }

    private void moveStatistics(float[] statistics, float[] sums, long rows) {
        for (int i = 0; i + 1 < statistics.length; i += 2) {
            double mean = (double) sums[i] / rows;
            double variance = Math.max(0, (double) sums[i + 1] / rows - mean * mean);
            statistics[i] += (float) (batchNormMomentum * (mean - statistics[i]));
            statistics[i + 1] += (float) (batchNormMomentum * (variance - statistics[i + 1]));
        }
    }

    @Override
    public List<State> state() {
        return rule.state();
    }
}
