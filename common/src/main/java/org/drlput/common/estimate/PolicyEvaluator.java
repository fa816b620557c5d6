package org.drlput.common.estimate;

import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.version.Policy;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionException;

/**
 * Judges versions by logged rows, one alone or two against each other: streams over blocks in constant memory, however many there
 * are.
 *
 * <p>The bounds of the segments, the reward model, and where weights are cut are found once, so that all versions are judged alike.
 * Immutable; any thread, and several at once.
 */
public final class PolicyEvaluator {
    /** Rows scored together: enough for the matrix product to be fast, few enough for its buffers to stay in cache. */
    private static final int BATCH_ROWS = 512;

    private final EvaluationPlan plan;
    private final Kernels kernels;

    PolicyEvaluator(EvaluationPlan plan, Kernels kernels) {
        this.plan = plan;
        this.kernels = kernels;
    }

    /**
     * An evaluator of versions of an experiment, its reward model cross-fitted to the rows that are judged.
     *
     * @param blocks that will be judged, in this order: read twice beforehand
     */
    public static PolicyEvaluator of(
            Experiment experiment, Kernels kernels, EvaluationScope scope, Iterable<Block> blocks) {
        return new PolicyEvaluator(EvaluationPlan.crossFitted(experiment, scope, blocks), kernels);
    }

    /**
     * The same with a reward model that was fitted on other rows.
     *
     * @param blocks that will be judged, or as many others alike: read once beforehand
     */
    public static PolicyEvaluator of(
            Experiment experiment, Kernels kernels, EvaluationScope scope, Iterable<Block> blocks, RewardModel model) {
        return new PolicyEvaluator(EvaluationPlan.of(experiment, scope, blocks, model), kernels);
    }

    /** Scores rows of a block: {@link Policy#probabilities(Block, int[], int, int, float[])}. */
    interface Scorer {
        void probabilities(Block block, int[] rows, int from, int count, float[] out);
    }

    /**
     * Judges a version by all rows of the scope: against the behaviour policy and the manual setting, by the reward and by each
     * outcome, per segment too.
     *
     * @throws VersionException where it is of another experiment's features or actions, or its probabilities are not finite
     */
    public Evaluation evaluate(Version version, Iterable<Block> blocks) {
        return evaluate(version.manifest().version(), version.manifest().step(), scorer(version), blocks);
    }

    Evaluation evaluate(long version, long step, Scorer scorer, Iterable<Block> blocks) {
        long start = System.nanoTime();
        JudgedRows rows = judged(List.of(scorer), blocks);
        return new EvaluationWriter(plan, rows).evaluation(version, step, (System.nanoTime() - start) / 1e9);
    }

    /**
     * Judges two versions by the same rows, paired: what they share cancels in their difference.
     *
     * @throws VersionException as {@link #evaluate}
     */
    public Comparison compare(Version first, Version second, Iterable<Block> blocks) {
        JudgedRows rows = judged(List.of(scorer(first), scorer(second)), blocks);
        return new EvaluationWriter(plan, rows)
                .comparison(first.manifest().version(), second.manifest().version());
    }

    /**
     * Judges a version against the manual setting, paired.
     *
     * @throws VersionException as {@link #evaluate}
     */
    public Comparison compareWithManual(Version version, Iterable<Block> blocks) {
        return new EvaluationWriter(plan, judged(List.of(scorer(version)), blocks))
                .withManual(version.manifest().version());
    }

    Comparison compare(Scorer first, Scorer second, Iterable<Block> blocks) {
        return new EvaluationWriter(plan, judged(List.of(first, second), blocks)).comparison(1, 2);
    }

    private Scorer scorer(Version version) {
        if (!version.experiment().features().equals(plan.experiment().features())
                || !version.experiment().actions().equals(plan.experiment().actions())) {
            throw new VersionException("version %d: has other features or actions than experiment '%s'"
                    .formatted(version.manifest().version(), plan.experiment().name()));
        }
        return Policy.of(version, kernels, BATCH_ROWS)::probabilities;
    }

    private JudgedRows judged(List<Scorer> scorers, Iterable<Block> blocks) {
        JudgedRows rows = new JudgedRows(plan, scorers, BATCH_ROWS);
        for (Block block : blocks) {
            rows.add(block);
        }
        return rows;
    }
}
