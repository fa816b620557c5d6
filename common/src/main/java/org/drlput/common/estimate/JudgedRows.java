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
 * One or two policies, and the manual setting beside them, on their way through the rows, a batch at a time: the order of policies is
 * that of {@link Judge}. Mutable; one thread.
 */
final class JudgedRows {
    private final EvaluationPlan plan;
    private final Measures measures;
    private final int actionCount;
    private final int manualAction;
    private final List<Scorer> scorers;
    private final float[][] probabilities;
    private final int batchRows;
    /** Of how many measures the model is asked. */
    private final int modelled;

    private final RewardModel.@Nullable Answers model;
    private final LoggedActions logged;
    private final RowGroup all;
    /** Per segmentation and segment. */
    private final RowGroup[][] segments;

    private final RowScores scores;
    /** The greedy action of each policy: {@code [policies][rows]}. */
    private final int[][] taken;

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
        modelled = plan.ofOutcomes().useModel() ? measures.count() : 1;
        model = plan.model().exists() ? plan.model().answers(batchRows, modelled) : null;
        logged = new LoggedActions(actionCount);
        int policies = 1 + scorers.size();
        taken = new int[policies][batchRows];
        scores = RowScores.of(measures.count(), policies, batchRows);
        all = group(plan.intervals());
        List<Segmentation> segmentations = plan.segmentations();
        segments = new RowGroup[segmentations.size()][];
        for (int s = 0; s < segments.length; s++) {
            segments[s] = new RowGroup[segmentations.get(s).count()];
            for (int i = 0; i < segments[s].length; i++) {
                segments[s][i] = group(Intervals.NORMAL);
            }
        }
    }

    private RowGroup group(Intervals intervals) {
        return new RowGroup(plan, measures.count(), taken.length, actionCount, intervals);
    }

    void add(Block block) {
        int n = select(block);
        double[][] values = measures.of(block);
        for (int from = 0; from < n; from += batchRows) {
            int count = Math.min(batchRows, n - from);
            for (int s = 0; s < scorers.size(); s++) {
                scorers.get(s).probabilities(block, rows, from, count, probabilities[s]);
            }
            log(block, from, count, values);
            choose(block, from, count);
            predict(block, from, count);
            add(block, from, count);
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

    /** What the log says of the rows {@code rows[from, from + count)}. */
    private void log(Block block, int from, int count, double[][] values) {
        for (int i = 0; i < count; i++) {
            int row = rows[from + i];
            check(block, row, values[Measures.REWARD][row]);
            scores.rowWeight()[i] = block.rowWeight(row);
            logged.add(block.actionId()[row], block.propensity()[row]);
        }
        for (int m = 0; m < values.length; m++) {
            for (int i = 0; i < count; i++) {
                scores.reward()[m][i] = values[m][rows[from + i]];
            }
        }
    }

    private void check(Block block, int row, double reward) {
        double propensity = block.propensity()[row];
        if (!(propensity > 0 && propensity <= 1) || !Double.isFinite(reward)) {
            throw new IllegalArgumentException(
                    "block %d, row %d: propensity %s, reward %s: expected a propensity in (0, 1] and a finite reward"
                            .formatted(blocksBefore, row, propensity, reward));
        }
    }

    /** What the policies would do, and their importance weights. */
    private void choose(Block block, int from, int count) {
        for (int p = 0; p < taken.length; p++) {
            for (int i = 0; i < count; i++) {
                int row = rows[from + i];
                taken[p][i] = p == Judge.MANUAL ? manualAction : greedy(row, i, scorer(p));
                scores.weight()[p][i] = probability(p, block.actionId()[row], i) / block.propensity()[row];
            }
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

    private double probability(int policy, int action, int i) {
        if (draws(policy)) {
            return probabilities[scorer(policy)][i * actionCount + action];
        }
        return action == taken[policy][i] ? 1 : 0;
    }

    /** What the reward model says. */
    private void predict(Block block, int from, int count) {
        RewardModel.Answers answers = model;
        if (answers == null) {
            return;
        }
        answers.load(block, rows, from, count, judged);
        for (int i = 0; i < count; i++) {
            answers.row(i);
            boolean matches = scores.matches(i);
            for (int m = 0; m < modelled; m++) {
                for (int p = 0; p < taken.length; p++) {
                    scores.modelOfPolicy()[m][p][i] = draws(p)
                            ? answers.of(m, probabilities[scorer(p)], i * actionCount, actionCount)
                            : answers.of(m, taken[p][i]);
                }
                scores.modelOfAction()[m][i] = matches ? answers.of(m, block.actionId()[rows[from + i]]) : 0;
            }
        }
    }

    private void add(Block block, int from, int count) {
        for (int i = 0; i < count; i++) {
            add(all, i);
        }
        for (int s = 0; s < segments.length; s++) {
            Segmentation segmentation = plan.segmentations().get(s);
            for (int i = 0; i < count; i++) {
                add(segments[s][segmentation.segment(block, rows[from + i])], i);
            }
        }
    }

    private void add(RowGroup group, int i) {
        group.add(scores, i, taken[Judge.FIRST][i]);
        for (int p = 0; p < taken.length; p++) {
            if (draws(p)) {
                group.support(p).add(scores.rowWeight()[i], probabilities[scorer(p)], i * actionCount);
            } else {
                group.support(p).add(scores.rowWeight()[i], taken[p][i]);
            }
        }
    }

    RowGroup all() {
        return all;
    }

    LoggedActions logged() {
        return logged;
    }

    /** A segment. */
    interface SegmentVisitor<T> {
        T of(Segmentation segmentation, int index, RowGroup rows);
    }

    /** Of all segments, in the experiment's order; those without rows too. */
    <T> List<T> segments(SegmentVisitor<T> visitor) {
        return segments(0, visitor);
    }

    /** Of those segments alone that have rows. */
    <T> List<T> segmentsWithRows(SegmentVisitor<T> visitor) {
        return segments(1, visitor);
    }

    private <T> List<T> segments(long leastRows, SegmentVisitor<T> visitor) {
        List<T> found = new ArrayList<>();
        for (int s = 0; s < segments.length; s++) {
            for (int i = 0; i < segments[s].length; i++) {
                if (segments[s][i].count() >= leastRows) {
                    found.add(visitor.of(plan.segmentations().get(s), i, segments[s][i]));
                }
            }
        }
        return found;
    }

    Measures measures() {
        return measures;
    }
}
