package org.drlput.common.gate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.estimate.Evaluation.ActionShare;
import org.drlput.common.estimate.EvaluationScope;
import org.drlput.common.estimate.PairedEstimates;
import org.drlput.common.estimate.PolicyEstimates;
import org.drlput.common.estimate.PolicyEvaluator;
import org.drlput.common.experiment.Experiment.Guardrail;
import org.drlput.common.gate.GateEvidence.Baseline;
import org.drlput.common.gate.GateEvidence.Comparison;
import org.drlput.common.gate.GateEvidence.GuardedOutcome;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionException;
import org.jspecify.annotations.Nullable;

/**
 * Gathers evidence: judges a version's greedy policy by logged rows, as an evaluation does, against exploration traffic and the manual
 * setting, and paired, on the same rows, against the version that is stable; all by the experiment's headline estimator. Immutable; any
 * thread.
 */
public final class GateJudge {
    private final Kernels kernels;
    private final EvaluationScope scope;

    /** @param scope which of the rows judge: those that trained none of the versions */
    public GateJudge(Kernels kernels, EvaluationScope scope) {
        this.kernels = kernels;
        this.scope = scope;
    }

    /**
     * Judges a version. One that can not be scored, because its probabilities are not finite say, is evidence too.
     *
     * @param stable null: there is none
     * @param source which rows these are, in words
     * @param blocks read with the version's own experiment, or one of the same columns; read several times
     */
    public GateEvidence judge(Version version, @Nullable Version stable, String source, Iterable<Block> blocks) {
        try {
            requireComparable(version, stable);
            PolicyEvaluator evaluator = PolicyEvaluator.of(version.experiment(), kernels, scope, blocks);
            Evaluation evaluation = evaluator.evaluate(version, blocks);
            if (stable != null) {
                return evidence(version, stable, source, evaluation, evaluator.compare(version, stable, blocks));
            }
            boolean guarded =
                    !version.experiment().versions().gate().guardrails().isEmpty();
            return evidence(
                    version, null, source, evaluation, guarded ? evaluator.compareWithManual(version, blocks) : null);
        } catch (VersionException e) {
            return GateEvidence.unusable(
                    version.manifest().version(),
                    version.manifest().weightsSha256(),
                    number(stable),
                    source,
                    e.problems().get(0));
        }
    }

    private static @Nullable Long number(@Nullable Version stable) {
        return stable == null ? null : (Long) stable.manifest().version();
    }

    private static void requireComparable(Version version, @Nullable Version stable) {
        if (stable != null
                && !(stable.experiment().features().equals(version.experiment().features())
                        && stable.experiment()
                                .actions()
                                .equals(version.experiment().actions()))) {
            throw new VersionException(
                    "stable (version %d) has other features or actions, so that it can not be judged by the same rows"
                            .formatted(stable.manifest().version()));
        }
    }

    /** @param paired with stable, or with the manual setting while there is none; null where nothing is asked of it */
    private static GateEvidence evidence(
            Version version,
            @Nullable Version stable,
            String source,
            Evaluation evaluation,
            org.drlput.common.estimate.@Nullable Comparison paired) {
        List<Comparison> comparisons = new ArrayList<>();
        comparisons.add(new Comparison(Baseline.BEHAVIOUR, evaluation.relativeGain()));
        PolicyEstimates estimates =
                evaluation.estimates().get(evaluation.relativeGain().estimator());
        if (estimates != null) {
            comparisons.add(new Comparison(Baseline.MANUAL, estimates.gainOverManual()));
        }
        List<GuardedOutcome> guarded = new ArrayList<>();
        if (paired != null) {
            if (stable != null) {
                comparisons.add(new Comparison(Baseline.STABLE, paired.reward().gain()));
            }
            Baseline baseline = stable == null ? Baseline.MANUAL : Baseline.STABLE;
            for (Guardrail guardrail : version.experiment().versions().gate().guardrails()) {
                guarded.addAll(guarded(guardrail, paired, baseline));
            }
        }
        int top = evaluation.actions().stream()
                .max(Comparator.comparingLong(ActionShare::rows))
                .map(ActionShare::action)
                .orElse(-1);
        return new GateEvidence(
                GateEvidence.FORMAT_VERSION,
                version.manifest().version(),
                version.manifest().weightsSha256(),
                number(stable),
                source,
                evaluation.rows(),
                null,
                evaluation.diversity(),
                top,
                top < 0 ? Map.of() : hyperparameters(version, top),
                comparisons,
                // two guardrails may look at the same
                guarded.stream().distinct().toList());
    }

    /** What a guardrail looks at: all rows, or each segment of its feature. */
    private static List<GuardedOutcome> guarded(
            Guardrail guardrail, org.drlput.common.estimate.Comparison paired, Baseline baseline) {
        String outcome = guardrail.outcome();
        String feature = guardrail.segment();
        if (feature == null) {
            PairedEstimates found = outcome == null ? paired.reward() : paired.of(outcome);
            return List.of(new GuardedOutcome(outcome, null, null, baseline, found.gain()));
        }
        return paired.segments().stream()
                .filter(segment -> segment.feature().equals(feature))
                .map(segment -> new GuardedOutcome(
                        outcome,
                        feature,
                        segment.label(),
                        baseline,
                        (outcome == null ? segment.by(paired.headline()) : segment.of(outcome)).gain()))
                .toList();
    }

    private static Map<String, Double> hyperparameters(Version version, int action) {
        Map<String, Double> byName = new LinkedHashMap<>();
        double[] values = version.actions().values(action);
        for (int i = 0; i < values.length; i++) {
            byName.put(version.actions().names().get(i), values[i]);
        }
        return byName;
    }
}
