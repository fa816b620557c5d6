package org.drlput.common.estimate;

import java.util.ArrayList;
import java.util.List;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.estimate.LoggedRows.Intervals;
import org.drlput.common.estimate.PolicyEvaluator.Scorer;
import org.drlput.common.log.Block;
import org.drlput.common.math.Softmax;
import org.drlput.common.version.VersionException;
import org.jspecify.annotations.Nullable;

/**
 * One or two policies, and the manual setting beside them, on their way through the rows: the order of policies is that of
 * {@link Judge}. Mutable; one thread.
 */
final class JudgedRows {
    private final EvaluationPlan plan;
    private final Measures measures;
    private final int actionCount;
    private final int manualAction;
    private final List<Scorer> scorers;
    private final float[][] probabilities;
    private final int batchRows;
    private final RewardModel.@Nullable Answers model;
    private final long[] logged;
    private final RowGroup all;
    /** Per segmentation and segment. */
    private final List<List<RowGroup>> segments = new ArrayList<>();

    private final ScoredRow[][] scored;
    private final double[] weights;
    /** The greedy action of each policy in the row at hand. */
    private final int[] taken;

    private int[] rows = new int[0];
    private long judged;
    private long blocksBefore;

    JudgedRows(EvaluationPlan plan, List<Scorer> scorers, int batchRows) {
        this.plan = plan;
        this.scorers = List.copyOf(scorers);
        this.batchRows = batchRows;
        measures = new Measures(plan.experiment());
        ActionSpace actions = ActionSpace.of(plan.experiment().actions());
        actionCount = actions.size();
        manualAction = actions.manualAction();
        probabilities = new float[scorers.size()][Math.multiplyExact(batchRows, actionCount)];
        model = plan.model().exists() ? plan.model().answers(batchRows) : null;
        logged = new long[actionCount];
        weights = new double[1 + scorers.size()];
        taken = new int[weights.length];
        scored = new ScoredRow[measures.count()][weights.length];
        all = group(plan.intervals());
        for (Segmentation segmentation : plan.segmentations()) {
            List<RowGroup> groups = new ArrayList<>();
            for (int i = 0; i < segmentation.count(); i++) {
                groups.add(group(Intervals.NORMAL));
            }
            segments.add(groups);
        }
    }

    private RowGroup group(Intervals intervals) {
        return new RowGroup(plan, measures.count(), weights.length, actionCount, intervals);
    }

    void add(Block block) {
        int n = select(block);
        double[][] values = measures.of(block);
        for (int from = 0; from < n; from += batchRows) {
            int count = Math.min(batchRows, n - from);
            for (int s = 0; s < scorers.size(); s++) {
                scorers.get(s).probabilities(block, rows, from, count, probabilities[s]);
            }
            if (model != null) {
                model.load(block, rows, from, count, judged);
            }
            for (int i = 0; i < count; i++) {
                add(block, rows[from + i], i, values);
            }
            judged += count;
        }
        blocksBefore++;
    }

    private int select(Block block) {
        if (rows.length < block.rowCount()) {
            rows = new int[block.rowCount()];
        }
        int n = 0;
        for (int i = 0; i < block.rowCount(); i++) {
            if (plan.scope().rows().include(block.rowState()[i])) {
                rows[n++] = i;
            }
        }
        return n;
    }

    /** @param i the row's place among the probabilities */
    private void add(Block block, int row, int i, double[][] values) {
        check(block, row, values[Measures.REWARD][row]);
        for (int p = 0; p < weights.length; p++) {
            taken[p] = p == Judge.MANUAL ? manualAction : greedy(row, i, scorer(p));
            weights[p] = probability(p, taken[p], block.actionId()[row], i) / block.propensity()[row];
        }
        score(block, row, i, values);
        logged[block.actionId()[row]]++;
        double rowWeight = block.rowWeight(row);
        add(all, rowWeight, i);
        for (int s = 0; s < segments.size(); s++) {
            int segment = plan.segmentations().get(s).segment(block, row);
            add(segments.get(s).get(segment), rowWeight, i);
        }
    }

    private static int scorer(int policy) {
        return policy == Judge.FIRST ? 0 : policy - 1;
    }

    private boolean draws(int policy) {
        return policy != Judge.MANUAL && plan.scope().target() == EvaluationScope.Target.STOCHASTIC;
    }

    private int greedy(int row, int i, int scorer) {
        int at = i * actionCount;
        int greedy = Softmax.greatest(probabilities[scorer], at, actionCount);
        if (!Float.isFinite(probabilities[scorer][at + greedy])) {
            throw new VersionException("block %d, row %d: the policy's probabilities are %s: use another version"
                    .formatted(blocksBefore, row, probabilities[scorer][at + greedy]));
        }
        return greedy;
    }

    private double probability(int policy, int taken, int action, int i) {
        if (draws(policy)) {
            return probabilities[scorer(policy)][i * actionCount + action];
        }
        return action == taken ? 1 : 0;
    }

    private void check(Block block, int row, double reward) {
        double propensity = block.propensity()[row];
        if (!(propensity > 0 && propensity <= 1) || !Double.isFinite(reward)) {
            throw new IllegalArgumentException(
                    "block %d, row %d: propensity %s, reward %s: expected a propensity in (0, 1] and a finite reward"
                            .formatted(blocksBefore, row, propensity, reward));
        }
    }

    private void score(Block block, int row, int i, double[][] values) {
        RewardModel.Answers answers = model;
        if (answers != null) {
            answers.row(i);
        }
        for (int m = 0; m < scored.length; m++) {
            boolean asked = m == Measures.REWARD || plan.ofOutcomes().useModel();
            for (int p = 0; p < weights.length; p++) {
                double ofPolicy = 0;
                double ofAction = 0;
                if (answers != null && asked) {
                    ofPolicy = ofPolicy(answers, m, p, taken[p], i);
                    ofAction = answers.of(m, block.actionId()[row]);
                }
                scored[m][p] = new ScoredRow(values[m][row], weights[p], ofPolicy, ofAction);
            }
        }
    }

    private double ofPolicy(RewardModel.Answers answers, int measure, int policy, int taken, int i) {
        return draws(policy)
                ? answers.of(measure, probabilities[scorer(policy)], i * actionCount, actionCount)
                : answers.of(measure, taken);
    }

    private void add(RowGroup group, double rowWeight, int i) {
        group.add(rowWeight, scored, taken[Judge.FIRST]);
        for (int p = 0; p < taken.length; p++) {
            if (draws(p)) {
                group.support(p).add(probabilities[scorer(p)], i * actionCount);
            } else {
                group.support(p).add(taken[p]);
            }
        }
    }

    RowGroup all() {
        return all;
    }

    /** Rows of each action. */
    long[] logged() {
        return logged;
    }

    /** A segment that has rows. */
    interface SegmentVisitor<T> {
        T of(Segmentation segmentation, int index, RowGroup rows);
    }

    /** Of all segments that have rows, in the experiment's order. */
    <T> List<T> segments(SegmentVisitor<T> visitor) {
        List<T> found = new ArrayList<>();
        for (int s = 0; s < segments.size(); s++) {
            for (int i = 0; i < segments.get(s).size(); i++) {
                RowGroup group = segments.get(s).get(i);
                if (group.count() > 0) {
                    found.add(visitor.of(plan.segmentations().get(s), i, group));
                }
            }
        }
        return found;
    }

    Measures measures() {
        return measures;
    }
}
