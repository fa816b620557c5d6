package org.drlput.common.select;

import java.util.Arrays;
import java.util.Optional;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.encode.FeatureEncoder;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.math.Softmax;
import org.drlput.common.network.PolicyNetwork;
import org.drlput.common.objective.RowHashes;
import org.drlput.common.reward.RewardComposite;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.version.Version;

/**
 * What a version of several members is worth by the rows that trained it: each is judged by the member that does not learn from its
 * state. No row has to be held out for it, and what is judged is one member that learned from a part of the states; the mean of all
 * is better as a rule. Mutable; one thread.
 *
 * <p>Source: cross-validation, Stone 1974, Journal of the Royal Statistical Society B 36.
 */
public final class UnseenRows {
    private static final int BATCH_ROWS = 512;

    private final Version version;
    private final Parameters weights;
    private final int members;
    private final RewardComposite reward;
    private final FeatureEncoder encoder;
    private final PolicyNetwork network;
    private final RowHashes hashes = new RowHashes(BATCH_ROWS);
    private final EncodedBatch batch;
    private final float[] probabilities;
    private final MatchedRows matched = new MatchedRows();

    /** @throws IllegalArgumentException of a version with one member, which learned from all rows */
    public UnseenRows(Version version, Kernels kernels) {
        members = version.model().members();
        if (members < 2) {
            throw new IllegalArgumentException("version: found 1 member, expected 2 or more");
        }
        this.version = version;
        weights = version.weights();
        reward = RewardComposite.of(version.experiment().reward());
        encoder = new FeatureEncoder(version.model().features(), version.statistics());
        network = new PolicyNetwork(version.model(), kernels, BATCH_ROWS);
        batch = encoder.newBatch(BATCH_ROWS);
        probabilities = new float[BATCH_ROWS * network.actions()];
    }

    /** Adds the block's rows that train. */
    public void add(Block block) {
        double[] rewards = new double[block.rowCount()];
        reward.compute(block, rewards);
        int[] greedy = greedy(block);
        for (int row = 0; row < greedy.length; row++) {
            if (greedy[row] >= 0 && greedy[row] == block.actionId()[row]) {
                matched.add(block.rowWeight(row) / block.propensity()[row], rewards[row]);
            }
        }
    }

    /** The action of each row that trains, by the member that did not learn from it; -1 for all other rows. */
    public int[] greedy(Block block) {
        int[] rows = new int[block.rowCount()];
        int n = 0;
        for (int i = 0; i < block.rowCount(); i++) {
            if (block.rowState()[i] == Block.TRAIN) {
                rows[n++] = i;
            }
        }
        int[] greedy = new int[block.rowCount()];
        Arrays.fill(greedy, -1);
        for (int from = 0; from < n; from += BATCH_ROWS) {
            int count = Math.min(BATCH_ROWS, n - from);
            batch.rowCount = 0;
            encoder.encodeRows(block, rows, from, count, batch);
            network.infer(weights, batch, probabilities);
            hashes.compute(batch);
            for (int i = 0; i < count; i++) {
                float[] logits = network.logits(hashes.member(i, members));
                greedy[rows[from + i]] = Softmax.greatest(logits, i * network.actions(), network.actions());
            }
        }
        return greedy;
    }

    /** Nothing where too few rows match. */
    public Optional<Candidate> candidate(Experiment.Evaluation floors) {
        return matched.judged(floors)
                ? Optional.of(Candidate.of(
                        version.manifest().version(), version.manifest().step(), null, matched))
                : Optional.empty();
    }
}
