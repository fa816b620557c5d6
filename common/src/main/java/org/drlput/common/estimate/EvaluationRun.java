package org.drlput.common.estimate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.estimate.Evaluation.SegmentEvaluation;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.math.Softmax;
import org.drlput.common.reward.RewardComposite;
import org.drlput.common.version.VersionException;

/** One version on its way through the rows. Mutable; one thread. */
final class EvaluationRun {
    private final ActionSpace actions;
    private final int manualAction;
    private final RewardComposite reward;
    private final String headline;
    private final Judge judge;
    private final EvaluationScope scope;
    private final List<Segmentation> segmentations;
    private final PolicyEvaluator.Scorer scorer;
    private final LoggedRows all;
    /** Per segmentation and segment. */
    private final List<List<LoggedRows>> groups = new ArrayList<>();

    private final int batchRows;
    private final float[] probabilities;
    private int[] rows = new int[0];
    private double[] rewards = new double[0];
    private long blocksBefore;

    EvaluationRun(
            Experiment experiment,
            EvaluationScope scope,
            List<Segmentation> segmentations,
            PolicyEvaluator.Scorer scorer,
            int batchRows) {
        actions = ActionSpace.of(experiment.actions());
        manualAction = actions.manualAction();
        reward = RewardComposite.of(experiment.reward());
        headline = experiment.evaluation().headline().name().toLowerCase(Locale.ROOT);
        judge = new Judge(experiment.evaluation());
        this.scope = scope;
        this.segmentations = segmentations;
        this.scorer = scorer;
        this.batchRows = batchRows;
        all = new LoggedRows(actions.size());
        for (Segmentation segmentation : segmentations) {
            List<LoggedRows> segments = new ArrayList<>();
            for (int i = 0; i < segmentation.count(); i++) {
                segments.add(new LoggedRows(actions.size()));
            }
            groups.add(segments);
        }
        probabilities = new float[Math.multiplyExact(batchRows, actions.size())];
    }

    void add(Block block) {
        int n = select(block);
        reward.compute(block, rewards);
        for (int from = 0; from < n; from += batchRows) {
            int count = Math.min(batchRows, n - from);
            scorer.probabilities(block, rows, from, count, probabilities);
            for (int i = 0; i < count; i++) {
                add(block, rows[from + i], i * actions.size());
            }
        }
        blocksBefore++;
    }

    private int select(Block block) {
        if (rows.length < block.rowCount()) {
            rows = new int[block.rowCount()];
            rewards = new double[block.rowCount()];
        }
        int n = 0;
        for (int i = 0; i < block.rowCount(); i++) {
            if (scope.rows().include(block.rowState()[i])) {
                rows[n++] = i;
            }
        }
        return n;
    }

    /** {@code at}: where the row's probabilities begin. */
    private void add(Block block, int row, int at) {
        int greedy = Softmax.greatest(probabilities, at, actions.size());
        int action = block.actionId()[row];
        double propensity = block.propensity()[row];
        check(block, row, probabilities[at + greedy]);
        double taken = scope.target() == EvaluationScope.Target.STOCHASTIC
                ? probabilities[at + action]
                : action == greedy ? 1 : 0;
        double rowWeight = block.rowWeight(row);
        double weight = rowWeight * taken / propensity;
        double manualWeight = action == manualAction ? rowWeight / propensity : 0;
        all.add(rewards[row], rowWeight, weight, manualWeight, greedy);
        for (int s = 0; s < groups.size(); s++) {
            int segment = segmentations.get(s).segment(block, row);
            groups.get(s).get(segment).add(rewards[row], rowWeight, weight, manualWeight, greedy);
        }
    }

    private void check(Block block, int row, float greatest) {
        if (!Float.isFinite(greatest)) {
            throw new VersionException("block %d, row %d: the policy's probabilities are %s: use another version"
                    .formatted(blocksBefore, row, greatest));
        }
        double propensity = block.propensity()[row];
        if (!(propensity > 0 && propensity <= 1) || !Double.isFinite(rewards[row])) {
            throw new IllegalArgumentException(
                    "block %d, row %d: propensity %s, reward %s: expected a propensity in (0, 1] and a finite reward"
                            .formatted(blocksBefore, row, propensity, rewards[row]));
        }
    }

    Evaluation evaluation(long version, long step, double seconds) {
        Map<String, PolicyEstimates> estimates = judge.estimates(all);
        boolean empty = all.count() == 0;
        return new Evaluation(
                Evaluation.FORMAT_VERSION,
                version,
                step,
                scope.target().name().toLowerCase(Locale.ROOT),
                null,
                all.count(),
                empty ? null : (Double) all.greedy().diversity(),
                headline(estimates),
                judge.behaviourValue(all),
                manualAction,
                estimates,
                all.greedy().shares(),
                empty ? Map.of() : all.greedy().hyperparameters(actions),
                segments(),
                seconds);
    }

    private Estimate headline(Map<String, PolicyEstimates> estimates) {
        PolicyEstimates found = estimates.get(headline);
        if (found == null) {
            throw new IllegalStateException("no estimator " + headline);
        }
        return found.relativeGain();
    }

    private List<SegmentEvaluation> segments() {
        List<SegmentEvaluation> segments = new ArrayList<>();
        for (int s = 0; s < groups.size(); s++) {
            for (int i = 0; i < groups.get(s).size(); i++) {
                if (groups.get(s).get(i).count() > 0) {
                    segments.add(segment(segmentations.get(s), i, groups.get(s).get(i)));
                }
            }
        }
        return segments;
    }

    private SegmentEvaluation segment(Segmentation segmentation, int i, LoggedRows group) {
        Map<String, PolicyEstimates> estimates = judge.estimates(group);
        Map<String, Double> means = new LinkedHashMap<>();
        group.greedy().hyperparameters(actions).forEach((name, distribution) -> means.put(name, distribution.mean()));
        return new SegmentEvaluation(
                segmentation.feature(),
                segmentation.label(i),
                segmentation.from(i),
                segmentation.to(i),
                group.count(),
                group.greedy().diversity(),
                headline(estimates),
                judge.behaviourValue(group),
                estimates,
                Collections.unmodifiableMap(means));
    }
}
