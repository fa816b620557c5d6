package org.drlput.common.estimate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.estimate.Comparison.SegmentComparison;
import org.drlput.common.estimate.Evaluation.SegmentEvaluation;

/** What judged rows come to. */
final class EvaluationWriter {
    private final EvaluationPlan plan;
    private final JudgedRows rows;
    private final ActionSpace actions;
    private final Judge judge;
    private final String headline;

    EvaluationWriter(EvaluationPlan plan, JudgedRows rows) {
        this.plan = plan;
        this.rows = rows;
        actions = ActionSpace.of(plan.experiment().actions());
        judge = plan.judge();
        headline = plan.ofOutcomes().all().get(0).name();
    }

    Evaluation evaluation(long version, long step, double seconds) {
        RowGroup all = rows.all();
        Measured reward = all.measured(Measures.REWARD, rows.logged());
        Map<String, PolicyEstimates> estimates = judge.estimates(reward);
        boolean empty = all.count() == 0;
        return new Evaluation(
                Evaluation.FORMAT_VERSION,
                version,
                step,
                plan.scope().target().name().toLowerCase(Locale.ROOT),
                null,
                all.count(),
                empty ? null : (Double) all.greedy().diversity(),
                headline(estimates).relativeGain(),
                judge.behaviourValue(reward.rows()),
                actions.manualAction(),
                estimates,
                outcomes(all),
                all.greedy().shares(),
                empty ? Map.of() : all.greedy().hyperparameters(actions),
                rows.segmentsWithRows(this::segment),
                seconds);
    }

    private PolicyEstimates headline(Map<String, PolicyEstimates> estimates) {
        PolicyEstimates found = estimates.get(headline);
        if (found == null) {
            throw new IllegalStateException("no estimator " + headline);
        }
        return found;
    }

    /** By outcome, by the headline estimator. */
    private Map<String, PolicyEstimates> outcomes(RowGroup group) {
        Map<String, PolicyEstimates> outcomes = new LinkedHashMap<>();
        List<String> names = rows.measures().outcomes();
        for (int o = 0; o < names.size(); o++) {
            outcomes.put(names.get(o), headline(judge.estimates(group.measured(1 + o, rows.logged()))));
        }
        return outcomes;
    }

    private SegmentEvaluation segment(Segmentation segmentation, int i, RowGroup group) {
        Measured reward = group.measured(Measures.REWARD, rows.logged());
        Map<String, PolicyEstimates> estimates = judge.estimates(reward);
        Map<String, Double> means = new LinkedHashMap<>();
        group.greedy().hyperparameters(actions).forEach((name, distribution) -> means.put(name, distribution.mean()));
        return new SegmentEvaluation(
                segmentation.feature(),
                segmentation.label(i),
                segmentation.from(i),
                segmentation.to(i),
                group.count(),
                group.greedy().diversity(),
                headline(estimates).relativeGain(),
                judge.behaviourValue(reward.rows()),
                estimates,
                outcomes(group),
                Collections.unmodifiableMap(means));
    }

    /** Of the first policy with the manual setting. */
    Comparison withManual(long first) {
        return comparison(first, Comparison.MANUAL, Judge.MANUAL);
    }

    /** Of the first policy with the second. */
    Comparison comparison(long first, long second) {
        return comparison(first, second, Judge.SECOND);
    }

    private Comparison comparison(long first, long second, int other) {
        RowGroup all = rows.all();
        return new Comparison(
                Comparison.FORMAT_VERSION,
                first,
                second,
                headline,
                all.count(),
                judge.paired(all.measured(Measures.REWARD, rows.logged()), other),
                pairedOutcomes(all, other),
                rows.segments((segmentation, i, group) -> new SegmentComparison(
                        segmentation.feature(),
                        segmentation.label(i),
                        group.count(),
                        judge.paired(group.measured(Measures.REWARD, rows.logged()), other),
                        pairedOutcomes(group, other))));
    }

    private Map<String, PairedEstimates> pairedOutcomes(RowGroup group, int other) {
        Map<String, PairedEstimates> outcomes = new LinkedHashMap<>();
        List<String> names = rows.measures().outcomes();
        for (int o = 0; o < names.size(); o++) {
            Map<String, PairedEstimates> paired = judge.paired(group.measured(1 + o, rows.logged()), other);
            outcomes.put(names.get(o), paired.values().iterator().next());
        }
        return outcomes;
    }
}
