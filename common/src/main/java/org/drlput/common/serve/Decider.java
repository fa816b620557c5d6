package org.drlput.common.serve;

import java.util.Map;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.encode.FeatureEncoder;
import org.drlput.common.encode.InvalidRequestException;
import org.drlput.common.log.FirstPassResult.NumericStatistics;
import org.drlput.common.math.Kernels;
import org.drlput.common.math.Softmax;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.network.RequestNetwork;
import org.drlput.common.serve.Decision.Reason;
import org.drlput.common.serve.PolicyClientOptions.Acting;
import org.drlput.common.version.Version;
import org.jspecify.annotations.Nullable;

/**
 * Decides requests, with buffers that fit the version of the last one: made anew where the next is of another shape. Holds no
 * weights. Allocates nothing but the decision. One thread.
 */
final class Decider {
    private final Kernels kernels;
    private final Acting acting;
    private final double share;
    private final RequestHash chance;
    private @Nullable Shape shape;

    /** What an experiment's requests are computed in. */
    private static final class Shape {
        final ModelSpec model;
        final Map<String, NumericStatistics> statistics;
        final FeatureEncoder encoder;
        final EncodedBatch batch;
        final RequestNetwork network;

        Shape(Version version, Kernels kernels) {
            model = version.model();
            statistics = version.statistics();
            encoder = new FeatureEncoder(model.features(), statistics);
            batch = encoder.newBatch(1);
            network = new RequestNetwork(model, kernels);
        }

        /** Versions of one run share these objects. */
        boolean fits(Version version) {
            return version.model() == model && version.statistics() == statistics;
        }
    }

    Decider(PolicyClientOptions options) {
        kernels = options.kernels();
        acting = options.acting();
        share = options.exploration().share();
        chance = new RequestHash(options.exploration());
    }

    /**
     * Decides.
     *
     * @param serving the version; null: none
     * @param unusable why it may not decide; null: it may
     * @param experiment of the version, or the one that tells the manual setting
     */
    Decision decide(
            @Nullable Serving serving,
            @Nullable FallbackCause unusable,
            ServedExperiment experiment,
            String requestId,
            Map<String, ?> features) {
        FallbackCause cause = unusable;
        float[] policy = null;
        if (serving != null && cause == null) {
            try {
                policy = probabilities(serving, features);
            } catch (InvalidRequestException e) {
                return manual(
                        serving,
                        experiment,
                        e.malformed() ? FallbackCause.INVALID_FEATURES : FallbackCause.MISSING_FEATURES);
            }
            if (!Float.isFinite(policy[Softmax.greatest(policy, 0, policy.length)])) {
                policy = null;
                cause = FallbackCause.NOT_FINITE;
            }
        }
        chance.request(requestId);
        return mixed(serving, cause, experiment, policy);
    }

    /** Uniform for the share that explores; the policy's action, or without one the manual setting, for the rest. */
    private Decision mixed(
            @Nullable Serving serving,
            @Nullable FallbackCause cause,
            ServedExperiment experiment,
            float @Nullable [] policy) {
        int actions = experiment.actions().size();
        boolean explored = chance.explores();
        int greedy = policy == null ? experiment.manualAction() : Softmax.greatest(policy, 0, actions);
        int action = explored ? chance.uniformAction(actions) : policy == null ? greedy : chosen(policy, greedy);
        double base = policy != null && acting == Acting.SAMPLED ? policy[action] : action == greedy ? 1 : 0;
        Reason reason = explored ? Reason.EXPLORATION : policy == null ? Reason.FALLBACK : Reason.POLICY;
        return new Decision(
                number(serving),
                action,
                share / actions + (1 - share) * base,
                experiment.hyperparameters(action),
                reason,
                cause,
                experiment);
    }

    /** The manual setting, certainly: such a request does not explore, because its log row could not be learned from. */
    static Decision manual(@Nullable Serving serving, ServedExperiment experiment, FallbackCause cause) {
        int action = experiment.manualAction();
        return new Decision(
                number(serving), action, 1, experiment.hyperparameters(action), Reason.FALLBACK, cause, experiment);
    }

    private static long number(@Nullable Serving serving) {
        return serving == null ? Decision.NO_VERSION : serving.number();
    }

    private float[] probabilities(Serving serving, Map<String, ?> features) {
        Shape fitting = shape;
        if (fitting == null || !fitting.fits(serving.version())) {
            fitting = new Shape(serving.version(), kernels);
            shape = fitting;
        }
        fitting.batch.rowCount = 0;
        fitting.encoder.encodeKnown(features, fitting.batch);
        return fitting.network.infer(serving.weights(), fitting.batch);
    }

    private int chosen(float[] policy, int greedy) {
        if (acting == Acting.GREEDY) {
            return greedy;
        }
        double left = chance.sample();
        for (int a = 0; a < policy.length; a++) {
            left -= policy[a];
            if (left < 0) {
                return a;
            }
        }
        // the probabilities add up to a little less than 1
        return greedy;
    }
}
