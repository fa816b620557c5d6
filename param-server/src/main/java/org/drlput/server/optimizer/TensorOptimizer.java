package org.drlput.server.optimizer;

import java.util.ArrayList;
import java.util.List;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.SparseRows;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.tensor.TensorSpec.Role;
import org.jspecify.annotations.Nullable;

/** Walks the tensors by role: dense ones whole, embeddings by touched rows, batch-norm statistics by their own average. */
final class TensorOptimizer implements Optimizer {
    private final UpdateRule rule;
    private final @Nullable WeightAverage average;
    private final double batchNormMomentum;
    private final List<TensorSpec> tensors;
    /** Per tensor the rule's arrays; of statistics the average's alone, at its place. */
    private final float[][][] state;

    private final List<State> named = new ArrayList<>();
    private final TouchedRows touched;
    private BeforeChange beforeChange = (tensor, firstRow, rows) -> {};

    /** @param average null: the weights are not averaged */
    TensorOptimizer(
            UpdateRule plain, @Nullable WeightAverage average, double batchNormMomentum, List<TensorSpec> tensors) {
        this.rule = average == null ? plain : new AveragedRule(plain, average);
        this.average = average;
        this.batchNormMomentum = batchNormMomentum;
        this.tensors = List.copyOf(tensors);
        List<String> names = rule.stateNames();
        this.state = new float[tensors.size()][names.size()][];
        for (int t = 0; t < tensors.size(); t++) {
            TensorSpec tensor = tensors.get(t);
            for (int s = 0; s < names.size(); s++) {
                if (tensor.role() != Role.STATISTIC || names.get(s).equals(WeightAverage.STATE)) {
                    state[t][s] = new float[tensor.size()];
                    named.add(new State(tensor.name() + "/" + names.get(s), state[t][s]));
                }
            }
        }
        this.touched = new TouchedRows(names.size());
    }

    @Override
    public void step(Parameters weights, Contribution sum, long step, long update) {
        if (sum.empty()) {
            return;
        }
        long rows = sum.metrics().rows;
        float inverseRows = (float) (1.0 / rows);
        rule.begin(step, update);
        for (int t = 0; t < tensors.size(); t++) {
            float[] values = weights.values(t);
            tellOf(t, sum);
            switch (tensors.get(t).role()) {
                case DENSE -> rule.apply(values, state[t], sum.dense(t), values.length, inverseRows, true);
                case DENSE_NO_DECAY -> rule.apply(values, state[t], sum.dense(t), values.length, inverseRows, false);
                case EMBEDDING -> touched.apply(rule, values, state[t], sum.sparse(t), inverseRows);
                case STATISTIC -> moveStatistics(t, values, sum.dense(t), rows);
            }
        }
    }

    private void tellOf(int t, Contribution sum) {
        if (tensors.get(t).sparse()) {
            SparseRows rows = sum.sparse(t);
            for (int i = 0; i < rows.count(); i++) {
                beforeChange.change(t, rows.row(i), 1);
            }
        } else {
            beforeChange.change(t, 0, tensors.get(t).rows());
        }
    }

    private void moveStatistics(int t, float[] statistics, float[] sums, long rows) {
        if (average == null) {
            moveStatistics(statistics, sums, rows);
        } else {
            average.remember(statistics, statistics.length);
            moveStatistics(statistics, sums, rows);
            average.follow(statistics, gap(t), statistics.length);
        }
    }

    private float[] gap(int t) {
        return state[t][state[t].length - 1];
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
    public @Nullable Average average(long updates) {
        double total = average == null ? 0 : average.total(updates);
        if (total == 0) {
            return null;
        }
        List<float[]> gaps = new ArrayList<>();
        for (int t = 0; t < tensors.size(); t++) {
            gaps.add(gap(t));
        }
        return new Average(gaps, (float) (1 / total));
    }

    @Override
    public void tell(BeforeChange listener) {
        beforeChange = listener;
    }

    @Override
    public List<State> state() {
        return List.copyOf(named);
    }
}
