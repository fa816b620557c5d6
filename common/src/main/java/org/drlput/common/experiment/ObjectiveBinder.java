package org.drlput.common.experiment;

import java.util.EnumSet;
import java.util.Set;
import org.drlput.common.experiment.Experiment.Baseline;
import org.drlput.common.experiment.Experiment.Objective;
import org.drlput.common.experiment.Experiment.ObjectiveType;
import org.jspecify.annotations.Nullable;

/** Binds what is maximized: {@code objective}. A setting that the type does not use is a problem: it would be believed to count. */
final class ObjectiveBinder {
    private static final Set<ObjectiveType> PENALIZED =
            EnumSet.of(ObjectiveType.IPS, ObjectiveType.CLIPPED_IPS, ObjectiveType.BANDIT_NET);

    private ObjectiveBinder() {}

    static Objective objective(Section s) {
        ObjectiveType type = s.choice(
                "type", ObjectiveType.IPS, ObjectiveType.class, "doublyRobust", "directMethod", "selfNormalized");
        Objective objective = new Objective(
                type,
                s.number("clipWeight", 10, Double.MIN_VALUE, Double.POSITIVE_INFINITY),
                s.number("smoothing", 0.1, Double.MIN_VALUE, 1000),
                translation(s),
                baseline(s, type),
                s.number("entropy", 0.3, 0, 100),
                s.number("klToBehaviour", 0, 0, 100),
                s.number("klToManual", 0, 0, 100),
                s.number("variancePenalty", 0, 0, 100));
        if (!s.isBroken("type")) {
            check(s, "smoothing", type, EnumSet.of(ObjectiveType.LOGARITHMIC_SMOOTHING));
            check(s, "translation", type, EnumSet.of(ObjectiveType.BANDIT_NET));
            if (objective.variancePenalty() != 0) {
                check(s, "variancePenalty", type, PENALIZED);
            }
        }
        s.end("objective");
        return objective;
    }

    private static @Nullable Double translation(Section s) {
        s.know("translation");
        return s.has("translation") ? s.requiredNumber("translation", -1000, 1000) : null;
    }

    private static Baseline baseline(Section s, ObjectiveType type) {
        Baseline baseline = s.choice("baseline", Baseline.RUNNING_MEAN, Baseline.class, "learned");
        if (type == ObjectiveType.BANDIT_NET) {
            if (s.has("baseline") && !s.isBroken("baseline") && !s.isBroken("type")) {
                s.problem("baseline", "is not used by type banditNet, whose translation takes its place: leave it out");
            }
            return Baseline.NONE;
        }
        return baseline;
    }

    private static void check(Section s, String key, ObjectiveType type, Set<ObjectiveType> users) {
        if (s.has(key) && !users.contains(type) && !s.isBroken(key)) {
            String names =
                    String.join(" or ", users.stream().map(Section::camelCase).toList());
            s.problem(
                    key, "is not used by type %s, only by %s: leave it out".formatted(Section.camelCase(type), names));
        }
    }
}
