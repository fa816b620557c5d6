package org.drlput.common.version;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.encode.FeatureEncoder;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.math.Softmax;
import org.drlput.common.network.PolicyNetwork;

/**
 * A version at work: {@code state -> probabilities, greedy action, hyperparameters}, of one request or of rows of a block.
 *
 * <p>The greedy action is the most probable one, the first of equals. Probabilities are softmax of the network's logits with batch
 * norm's running statistics; their last bits may depend on how many rows are scored together, and on the kernel.
 *
 * <p>Holds the network's buffers: one thread; make one per thread, of the same {@link Version}, whose weights they share.
 */
public final class Policy {
    private final Version version;
    private final FeatureEncoder encoder;
    private final PolicyNetwork network;
    private final EncodedBatch batch;
    private final float[] probabilities;

    private Policy(Version version, Kernels kernels, int maxRows) {
        this.version = version;
        encoder = new FeatureEncoder(version.model().features(), version.statistics());
        network = new PolicyNetwork(version.model(), kernels, maxRows);
        batch = encoder.newBatch(maxRows);
        probabilities = new float[Math.multiplyExact(maxRows, version.model().actions())];
    }

    /** @param maxRows rows that are scored together at most; 1 for requests, a few hundred are fastest for blocks */
    public static Policy of(Version version, Kernels kernels, int maxRows) {
        return new Policy(version, kernels, maxRows);
    }

    /**
     * What to do with one request.
     *
     * @param version that decided
     * @param actionId the greedy action
     * @param probability of that action under the stochastic policy
     * @param hyperparameters of that action, by name, in the experiment's order
     * @param probabilities of all actions, the caller's own
     */
    public record Decision(
            long version,
            int actionId,
            double probability,
            Map<String, Double> hyperparameters,
            float[] probabilities) {}

    public Version version() {
        return version;
    }

    public ActionSpace actions() {
        return version.actions();
    }

    /** Turns states into what {@link #probabilities(EncodedBatch, float[])} takes; of the same thread. */
    public FeatureEncoder encoder() {
        return encoder;
    }

    /** Writes probabilities {@code [rows, actions]} of an encoded batch. */
    public void probabilities(EncodedBatch states, float[] out) {
        network.infer(version.weights(), states, out);
    }

    /** Writes probabilities {@code [count, actions]} of the block's rows {@code rows[from, from + count)}. */
    public void probabilities(Block block, int[] rows, int from, int count, float[] out) {
        batch.rowCount = 0;
        encoder.encodeRows(block, rows, from, count, batch);
        network.infer(version.weights(), batch, out);
    }

    /** The greedy action of each of the block's rows; -1 for rejected rows, whose state is not to be trusted. */
    public int[] greedy(Block block) {
        int[] rows = new int[block.rowCount()];
        int n = 0;
        for (int i = 0; i < block.rowCount(); i++) {
            rows[n] = i;
            n += block.rowState()[i] == Block.REJECTED ? 0 : 1;
        }
        int[] greedy = new int[block.rowCount()];
        Arrays.fill(greedy, -1);
        int actions = version.model().actions();
        for (int from = 0; from < n; from += batch.capacity()) {
            int count = Math.min(batch.capacity(), n - from);
            probabilities(block, rows, from, count, probabilities);
            for (int i = 0; i < count; i++) {
                greedy[rows[from + i]] = Softmax.greatest(probabilities, i * actions, actions);
            }
        }
        return greedy;
    }

    /**
     * Decides one request.
     *
     * @param request features by name, as {@link FeatureEncoder#encodeRequest} takes them
     * @throws org.drlput.common.encode.InvalidRequestException with every problem of the request
     */
    public Decision decide(Map<String, ?> request) {
        batch.rowCount = 0;
        encoder.encodeRequest(request, batch);
        network.infer(version.weights(), batch, probabilities);
        float[] all = Arrays.copyOf(probabilities, version.model().actions());
        int actionId = Softmax.greatest(all, 0, all.length);
        if (!Float.isFinite(all[actionId])) {
            throw new VersionException("version %d: probabilities are not finite for request %s: use another version"
                    .formatted(version.manifest().version(), request));
        }
        return new Decision(version.manifest().version(), actionId, all[actionId], hyperparameters(actionId), all);
    }

    /** The hyperparameters of an action, by name. */
    public Map<String, Double> hyperparameters(int actionId) {
        List<String> names = version.actions().names();
        double[] values = version.actions().values(actionId);
        Map<String, Double> byName = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            byName.put(names.get(i), values[i]);
        }
        return Collections.unmodifiableMap(byName);
    }
}
