package org.drlput.common.gate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.estimate.Evaluation.ActionShare;
import org.drlput.common.estimate.EvaluationScope;
import org.drlput.common.estimate.PolicyEstimates;
import org.drlput.common.estimate.PolicyEvaluator;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Guardrail;
import org.drlput.common.gate.GateEvidence.Baseline;
import org.drlput.common.gate.GateEvidence.Comparison;
import org.drlput.common.gate.GateEvidence.GuardedOutcome;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.version.Policy;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionException;
import org.jspecify.annotations.Nullable;

/**
 * Gathers evidence: judges a version's greedy policy by logged rows, against exploration traffic and the manual setting by the
 * experiment's headline estimator, and paired, on the same rows, against the version that is stable. Immutable; any thread.
 */
public final class GateJudge {
    /** Rows that are scored together. */
    private static final int BATCH_ROWS = 512;

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
            Evaluation evaluation = PolicyEvaluator.of(version.experiment(), kernels, scope, blocks)
                    .evaluate(version, blocks);
            return evidence(version, stable, source, evaluation, blocks);
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

    private GateEvidence evidence(
            Version version, @Nullable Version stable, String source, Evaluation evaluation, Iterable<Block> blocks) {
        Experiment experiment = version.experiment();
        PairedGain.Floors floors = new PairedGain.Floors(
                experiment.evaluation().minEffectiveSampleSize(),
                experiment.evaluation().minRewardedRows());
        GuardedRows reward = new GuardedRows(experiment, null, null, blocks);
        List<GuardedRows> guarded = new ArrayList<>();
        for (Guardrail guardrail : experiment.versions().gate().guardrails()) {
            guarded.add(new GuardedRows(experiment, guardrail.outcome(), guardrail.segment(), blocks));
        }
        if (stable != null || !guarded.isEmpty()) {
            List<GuardedRows> all = new ArrayList<>(guarded);
            all.add(reward);
            pair(version, stable, blocks, all);
        }
        List<Comparison> comparisons = new ArrayList<>();
        comparisons.add(new Comparison(Baseline.BEHAVIOUR, evaluation.relativeGain()));
        PolicyEstimates estimates =
                evaluation.estimates().get(evaluation.relativeGain().estimator());
        if (estimates != null) {
            comparisons.add(new Comparison(Baseline.MANUAL, estimates.gainOverManual()));
        }
        if (stable != null) {
            comparisons.add(new Comparison(Baseline.STABLE, reward.gain().estimate(floors)));
        }
        Baseline baseline = stable == null ? Baseline.MANUAL : Baseline.STABLE;
        List<GuardedOutcome> outcomes = new ArrayList<>();
        guarded.forEach(rows -> outcomes.addAll(rows.outcomes(baseline, floors)));
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
                outcomes.stream().distinct().toList());
    }

    private void pair(Version version, @Nullable Version stable, Iterable<Block> blocks, List<GuardedRows> all) {
        Policy policy = Policy.of(version, kernels, BATCH_ROWS);
        Policy other = stable == null ? null : Policy.of(stable, kernels, BATCH_ROWS);
        int manual = version.actions().manualAction();
        for (Block block : blocks) {
            all.forEach(rows -> rows.begin(block));
            int[] taken = policy.greedy(block);
            int[] others = other == null ? null : other.greedy(block);
            for (int row = 0; row < block.rowCount(); row++) {
                if (!judges(block.rowState()[row])) {
                    continue;
                }
                double unit = 1 / block.propensity()[row];
                double weight = block.actionId()[row] == taken[row] ? unit : 0;
                double otherWeight = block.actionId()[row] == (others == null ? manual : others[row]) ? unit : 0;
                for (GuardedRows rows : all) {
                    rows.add(block, row, weight, otherWeight);
                }
            }
        }
    }

    private boolean judges(byte rowState) {
        return rowState == Block.HELD_OUT || scope.rows() == EvaluationScope.Rows.VALID && rowState != Block.REJECTED;
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
