package org.drlput.common.experiment;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One experiment file, bound and validated: what is learned, from which columns, and how.
 *
 * <p>Immutable. Made by {@link ExperimentLoader} alone, which has checked every value and filled in every default, so
 * that the rest of the code trusts it.
 */
public record Experiment(
        int formatVersion,
        String name,
        Log log,
        List<Feature> features,
        Traffic traffic,
        Actions actions,
        Reward reward,
        Network network,
        Objective objective,
        Optimizer optimizer,
        Training training,
        Evaluation evaluation,
        Versions versions) {

    /**
     * The features that the policy decides by: all but those that are only observed. They are the first of their kind in {@link
     * #features}, so that blocks have them in the same places.
     */
    public List<Feature> policyFeatures() {
        return features.stream()
                .filter(feature -> !traffic.observedOnly().contains(feature.name()))
                .toList();
    }

    /**
     * How the logs relate to all traffic.
     *
     * @param reweight whether a logged row counts as often as all traffic has its like, in training and evaluation
     * @param maxWeight the most that one row counts for, as a multiple of the mean
     * @param observedOnly names of features that rows are weighted and segmented by, but that the policy does not see
     */
    public record Traffic(boolean reweight, double maxWeight, List<String> observedOnly) {}

    /** Which columns of the log are what. Either {@code actionId} or {@code actionColumns} (hyperparameter to column). */
    public record Log(
            String requestId,
            String eventTime,
            @Nullable String userId,
            @Nullable String actionId,
            Map<String, String> actionColumns,
            String propensity,
            double maxRejectedShare) {}

    /** A feature of the request's state; {@code name} is also its column. */
    public sealed interface Feature permits Numeric, Categorical, MultiCategorical {
        String name();
    }

    /** What becomes of a missing numeric value. */
    public enum Missing {
        /** Not declared: a missing value is a bad row. */
        REJECT,
        /** Replaced by the training rows' mean, with an indicator column beside it. */
        MEAN,
        /** Replaced by zero (before standardization), with an indicator column beside it. */
        ZERO
    }

    /** A number; with a period (say 24 for hours) encoded as sine and cosine. {@code period} 0: none. */
    public record Numeric(String name, Missing missing, double period) implements Feature {}

    /** One value out of many: exactly one of a vocabulary (one more row for unknown) or {@code hashBuckets > 0}. */
    public record Categorical(String name, List<String> vocabulary, int hashBuckets, int dimension) implements Feature {
        /** Rows of the embedding table. */
        public int tableRows() {
            return hashBuckets > 0 ? hashBuckets : vocabulary.size() + 1;
        }
    }

    /** A list of values, their embeddings pooled. */
    public record MultiCategorical(
            String name, List<String> vocabulary, int hashBuckets, int dimension, Pooling pooling) implements Feature {
        /** Rows of the embedding table. */
        public int tableRows() {
            return hashBuckets > 0 ? hashBuckets : vocabulary.size() + 1;
        }
    }

    public enum Pooling {
        MEAN,
        SUM
    }

    /** The action grid; see {@code ActionSpace} for the ids it makes. */
    public record Actions(Behaviour behaviour, List<Hyperparameter> hyperparameters) {}

    public enum Behaviour {
        UNIFORM,
        LOGGED
    }

    /**
     * One axis of the grid. {@code groups} is the number of groups of its levels (the number of levels: none); a tied axis
     * has the groups of the axis that it is tied to. {@code production} is the manual setting.
     */
    public record Hyperparameter(
            String name, @Nullable String tiedTo, List<Double> levels, int groups, double production) {}

    /** Outcomes by name, and the named composites made of them. */
    public record Reward(
            String active,
            Map<String, Outcome> outcomes,
            Map<String, Map<String, Double>> variants,
            @Nullable Instant observedUntil) {
        public Reward(String active, Map<String, Outcome> outcomes, Map<String, Map<String, Double>> variants) {
            this(active, outcomes, variants, null);
        }
    }

    /** A logged outcome; with a delay column it counts only if seen within the window. {@code windowMillis} 0: none. */
    public record Outcome(String column, @Nullable String delayColumn, long windowMillis, Unseen unseen) {
        public Outcome(String column, @Nullable String delayColumn, long windowMillis) {
            this(column, delayColumn, windowMillis, Unseen.ZERO);
        }
    }

    /** What is made of outcomes that may still come: requests late in the log had little time for theirs. */
    public enum Unseen {
        /** They count 0, as if they never came. */
        ZERO,
        /** Those that were seen count more: by the inverse of the chance that they have been seen by now. */
        CORRECTED
    }

    /** {@code members} networks on the same embeddings; the policy is the mean of theirs. */
    public record Network(
            List<Integer> hidden,
            boolean batchNorm,
            double batchNormMomentum,
            Activation activation,
            Head head,
            int members) {}

    /** What an action's logit is made of: one of its own, one of each axis of the grid, or both. */
    public enum Head {
        PLAIN,
        FACTORED,
        MIXED
    }

    public enum Activation {
        RELU
    }

    /**
     * What is maximized. {@code entropy}, {@code klToBehaviour} and {@code klToManual} are in units of the reward's deviation.
     *
     * @param smoothing of {@code LOGARITHMIC_SMOOTHING}
     * @param noise of {@code REWARD_LIKELIHOOD}: the share of rewards that come by chance; null: as the log shows
     * @param translation of {@code BANDIT_NET}: deviations above the mean that are taken off the reward; null: searched
     * @param variancePenalty deviations of a micro-batch's weighted advantages that are taken off their mean
     */
    public record Objective(
            ObjectiveType type,
            double clipWeight,
            double smoothing,
            @Nullable Double noise,
            @Nullable Double translation,
            Baseline baseline,
            double entropy,
            double klToBehaviour,
            double klToManual,
            double variancePenalty,
            RewardModel rewardModel) {}

    /**
     * A model of the reward that is trained beside the policy: of {@code DOUBLY_ROBUST}, and of the baseline {@code LEARNED}.
     *
     * @param crossFit two models: each row trains one, and the other one predicts it
     * @param lossWeight of its squared error
     */
    public record RewardModel(RewardNetwork network, boolean crossFit, double lossWeight) {}

    public enum RewardNetwork {
        SHARED,
        SEPARATE
    }

    public enum ObjectiveType {
        IPS,
        CLIPPED_IPS,
        LOG_LIKELIHOOD,
        REWARD_LIKELIHOOD,
        LOGARITHMIC_SMOOTHING,
        BANDIT_NET,
        DOUBLY_ROBUST,
        DIRECT_METHOD
    }

    public enum Baseline {
        NONE,
        RUNNING_MEAN,
        SELF_CRITICAL,
        LEARNED
    }

    /** {@code clipGradient} bounds the norm of each micro-batch's mean gradient; 0: off. */
    public record Optimizer(
            OptimizerType type,
            double learningRate,
            double momentum,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay,
            Schedule schedule,
            double warmupShare,
            double clipGradient,
            Averaging averaging) {
        /** Without averaging. */
        public Optimizer(
                OptimizerType type,
                double learningRate,
                double momentum,
                double beta1,
                double beta2,
                double epsilon,
                double weightDecay,
                Schedule schedule,
                double warmupShare,
                double clipGradient) {
            this(
                    type,
                    learningRate,
                    momentum,
                    beta1,
                    beta2,
                    epsilon,
                    weightDecay,
                    schedule,
                    warmupShare,
                    clipGradient,
                    Averaging.OFF);
        }
    }

    /** Which weights versions hold; {@code share} of the updates is averaged over. */
    public record Averaging(AveragingType type, double share) {
        /** Those of the last update. */
        public static final Averaging OFF = new Averaging(AveragingType.NONE, 0.25);
    }

    public enum AveragingType {
        NONE,
        TAIL,
        POLYNOMIAL
    }

    public enum OptimizerType {
        SGD,
        ADAGRAD,
        ADAM,
        ADAM_W
    }

    public enum Schedule {
        CONSTANT,
        COSINE,
        LINEAR
    }

    /** {@code minSteps}: a small log is gone through so often that there are so many steps, whatever {@code epochs} says. */
    public record Training(
            Mode mode,
            int staleness,
            int window,
            int rowsPerStep,
            int microBatches,
            int epochs,
            long minSteps,
            boolean shuffle,
            long seed,
            long checkpointIntervalMillis,
            double maxRefusedShare) {
        /** Rows of one full micro-batch. */
        public int rowsPerMicroBatch() {
            return rowsPerStep / microBatches;
        }
    }

    public enum Mode {
        STEP,
        BOUNDED,
        ASYNC
    }

    public record Evaluation(
            Holdout holdout,
            EstimatorName headline,
            double minEffectiveSampleSize,
            long minRewardedRows,
            double maxUnsupportedShare,
            List<Segment> segments) {}

    /** By a hash of the request id ({@code after} null), or every row at or after an instant. */
    public record Holdout(
            double share,
            String salt,
            int maxRows,
            @Nullable Instant after) {}

    /** {@code org.drlput.common.estimate} has a class for each. */
    public enum EstimatorName {
        IPS("ips", "IPS"),
        CLIPPED_IPS("clippedIps", "clipped IPS"),
        SNIPS("snips", "SNIPS"),
        DM("dm", "DM"),
        DR("dr", "DR"),
        CLIPPED_DR("clippedDr", "clipped DR"),
        SNDR("sndr", "SNDR"),
        SWITCH_DR("switchDr", "SWITCH-DR"),
        DR_OS("drOs", "DRos");

        private final String key;
        private final String label;

        EstimatorName(String key, String label) {
            this.key = key;
            this.label = label;
        }

        /** Keys of all, in order. */
        public static List<String> keys() {
            return java.util.Arrays.stream(values()).map(name -> name.key).toList();
        }

        /** What people read in place of its key in files; the key itself where it is none of these. */
        public static String label(String key) {
            for (EstimatorName name : values()) {
                if (name.key.equals(key)) {
                    return name.label;
                }
            }
            return key;
        }
    }

    /** Rows by quantiles of a numeric feature ({@code quantiles > 0}) or by the values of a categorical one. */
    public record Segment(String feature, int quantiles) {}

    /**
     * {@code patience}: versions without a better lower bound before training ends; 0: it goes through. {@code fallBack}: whether
     * one action for everybody is chosen where no version is seen to be better.
     */
    public record Versions(int everySteps, int retain, Gate gate, int patience, boolean fallBack) {}

    /**
     * What {@code stable} moves through.
     *
     * @param minRelativeGain which the lower bound of the gain over behaviour and manual setting must exceed
     * @param minGainOverStable the same over the version that is {@code stable}
     */
    public record Gate(
            double minRelativeGain,
            double minGainOverStable,
            double maxDiversity,
            AtEnd atEnd,
            List<Guardrail> guardrails) {}

    /** What a run's end does with the gate's decision on the version that it chose. */
    public enum AtEnd {
        /** Tells and records it; somebody moves {@code stable}. */
        ADVISE,
        /** Moves {@code stable} where the gate lets the version pass. */
        PROMOTE
    }

    /**
     * What a version may not lose.
     *
     * @param outcome whose mean is looked at; null: the reward
     * @param segment the feature whose segments are looked at one by one; null: all rows
     * @param maxFall below the version that is {@code stable}, or the manual setting while there is none: a share of its value
     */
    public record Guardrail(
            @Nullable String outcome, @Nullable String segment, double maxFall, Proof prove) {}

    /** Who has to prove something. */
    public enum Proof {
        /** A version passes only if the interval shows that it does not fall too far. */
        SAFE,
        /** A version is held only if the interval shows that it does. */
        HARM
    }
}
