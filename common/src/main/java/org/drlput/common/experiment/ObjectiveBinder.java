package org.drlput.common.experiment;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.drlput.common.experiment.Experiment.Baseline;
import org.drlput.common.experiment.Experiment.Network;
import org.drlput.common.experiment.Experiment.Objective;
import org.drlput.common.experiment.Experiment.ObjectiveType;
import org.drlput.common.experiment.Experiment.RewardModel;
import org.drlput.common.experiment.Experiment.RewardNetwork;
import org.jspecify.annotations.Nullable;

/** Binds what is maximized: {@code objective}. A setting that the type does not use is a problem: it would be believed to count. */
final class ObjectiveBinder {
    private static final Set<ObjectiveType> PENALIZED =
            EnumSet.of(ObjectiveType.IPS, ObjectiveType.CLIPPED_IPS, ObjectiveType.BANDIT_NET);

    private static final Set<ObjectiveType> OF_POLICIES = EnumSet.complementOf(EnumSet.of(ObjectiveType.DIRECT_METHOD));

    /** In these something else is subtracted from the reward, or nothing. */
    private static final Set<ObjectiveType> OWN_BASELINE = EnumSet.of(
            ObjectiveType.BANDIT_NET,
            ObjectiveType.REWARD_LIKELIHOOD,
            ObjectiveType.DOUBLY_ROBUST,
            ObjectiveType.DIRECT_METHOD);

    private ObjectiveBinder() {}

    static Objective objective(Section s, Network network) {
        ObjectiveType type = s.choice("type", ObjectiveType.IPS, ObjectiveType.class, "selfNormalized");
        Baseline baseline = baseline(s, type);
        Objective objective = new Objective(
                type,
                s.number("clipWeight", 10, Double.MIN_VALUE, Double.POSITIVE_INFINITY),
                s.number("smoothing", 0.1, Double.MIN_VALUE, 1000),
                optional(s, "noise", 0, 0.49),
                optional(s, "translation", -1000, 1000),
                baseline,
                s.number("entropy", 0.3, 0, 100),
                s.number("klToBehaviour", 0, 0, 100),
                s.number("klToManual", 0, 0, 100),
                s.number("variancePenalty", 0, 0, 100),
                rewardModel(s.section("rewardModel")));
        if (!s.isBroken("type")) {
            requireUser(s, "smoothing", type, EnumSet.of(ObjectiveType.LOGARITHMIC_SMOOTHING));
            requireUser(s, "noise", type, EnumSet.of(ObjectiveType.REWARD_LIKELIHOOD));
            requireUser(s, "translation", type, EnumSet.of(ObjectiveType.BANDIT_NET));
            if (objective.variancePenalty() != 0) {
                requireUser(s, "variancePenalty", type, PENALIZED);
            }
            for (String key : List.of("entropy", "klToBehaviour", "klToManual")) {
                requireUser(s, key, type, OF_POLICIES);
            }
            boolean usesModel = type == ObjectiveType.DOUBLY_ROBUST || baseline == Baseline.LEARNED;
            if (s.has("rewardModel") && !usesModel && !s.isBroken("rewardModel") && !s.isBroken("baseline")) {
                s.problem("rewardModel", "is used by type doublyRobust and by baseline learned alone: leave it out");
            }
            if (usesModel && network.members() > 1 && objective.rewardModel().network() == RewardNetwork.SHARED) {
                s.problem(
                        "rewardModel",
                        "network: found shared, expected separate with network.members %d"
                                .formatted(network.members()));
            }
        }
        s.end("objective");
        return objective;
    }

    private static @Nullable Double optional(Section s, String key, double low, double high) {
        s.know(key);
        return s.has(key) ? s.requiredNumber(key, low, high) : null;
    }

    private static Baseline baseline(Section s, ObjectiveType type) {
        Baseline baseline = s.choice("baseline", Baseline.RUNNING_MEAN, Baseline.class);
        if (!OWN_BASELINE.contains(type)) {
            return baseline;
        }
        if (s.has("baseline") && !s.isBroken("baseline")) {
            s.problem(
                    "baseline",
                    "is not used by type %s, which has its own: leave it out".formatted(Section.camelCase(type)));
        }
        return Baseline.NONE;
    }

    private static RewardModel rewardModel(Section of) {
        RewardModel model = new RewardModel(
                of.choice("network", RewardNetwork.SHARED, RewardNetwork.class),
                of.flag("crossFit", false),
                of.number("lossWeight", 1, Double.MIN_VALUE, 1000));
        of.end("rewardModel");
        boolean shared = model.network() == RewardNetwork.SHARED && !of.isBroken("network");
        if (shared && model.crossFit()) {
            of.problem(
                    "crossFit",
                    "found true, expected false with network shared: rows would meet in the policy's network");
        }
        return model;
    }

    private static void requireUser(Section s, String key, ObjectiveType type, Set<ObjectiveType> users) {
        if (s.has(key) && !users.contains(type) && !s.isBroken(key)) {
            String names =
                    String.join(" or ", users.stream().map(Section::camelCase).toList());
            s.problem(
                    key, "is not used by type %s, only by %s: leave it out".formatted(Section.camelCase(type), names));
        }
    }
}
