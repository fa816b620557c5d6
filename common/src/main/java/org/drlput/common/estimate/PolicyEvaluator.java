package org.drlput.common.estimate;

import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.version.Policy;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionException;

/**
 * Judges versions by logged rows: streams over blocks in constant memory, however many there are.
 *
 * <p>The bounds of the segments are found once, so that all versions are judged by the same segments. Immutable; any thread, and
 * several at once.
 */
public final class PolicyEvaluator {
    /** Rows scored together: enough for the matrix product to be fast, few enough for its buffers to stay in cache. */
    private static final int BATCH_ROWS = 512;

    private final Experiment experiment;
    private final Kernels kernels;
    private final EvaluationScope scope;
    private final List<Segmentation> segmentations;

    private PolicyEvaluator(
            Experiment experiment, Kernels kernels, EvaluationScope scope, List<Segmentation> segmentations) {
        this.experiment = experiment;
        this.kernels = kernels;
        this.scope = scope;
        this.segmentations = segmentations;
    }

    /**
     * An evaluator of versions of an experiment.
     *
     * @param blocks that will be judged: read once for the bounds of the segments, where the experiment asks for quantiles
     */
    public static PolicyEvaluator of(
            Experiment experiment, Kernels kernels, EvaluationScope scope, Iterable<Block> blocks) {
        return new PolicyEvaluator(experiment, kernels, scope, Segmentation.of(experiment, scope.rows(), blocks));
    }

    /** Scores rows of a block: {@link Policy#probabilities(Block, int[], int, int, float[])}. */
    interface Scorer {
        void probabilities(Block block, int[] rows, int from, int count, float[] out);
    }

    /**
     * Judges a version by all rows of the scope.
     *
     * @throws VersionException where it is of another experiment's features or actions, or its probabilities are not finite
     */
    public Evaluation evaluate(Version version, Iterable<Block> blocks) {
        if (!version.experiment().features().equals(experiment.features())
                || !version.experiment().actions().equals(experiment.actions())) {
            throw new VersionException("version %d: has other features or actions than experiment '%s'"
                    .formatted(version.manifest().version(), experiment.name()));
        }
        Policy policy = Policy.of(version, kernels, BATCH_ROWS);
        return evaluate(version.manifest().version(), version.manifest().step(), policy::probabilities, blocks);
    }

    Evaluation evaluate(long version, long step, Scorer scorer, Iterable<Block> blocks) {
        long start = System.nanoTime();
        EvaluationRun run = new EvaluationRun(experiment, scope, segmentations, scorer, BATCH_ROWS);
        for (Block block : blocks) {
            run.add(block);
        }
        return run.evaluation(version, step, (System.nanoTime() - start) / 1e9);
    }
}
