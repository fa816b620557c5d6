package org.drlput.common.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.drlput.common.experiment.Experiment.Feature;
import org.drlput.common.experiment.Experiment.Traffic;

/** Binds {@code traffic}: how the logs relate to all traffic. */
final class TrafficBinder {
    private static final String OBSERVED_ONLY = "observedOnly";

    private TrafficBinder() {}

    /** @param featuresKnown whether the feature list has no problems: else no name can be judged */
    static Traffic traffic(Section s, List<Feature> features, boolean featuresKnown) {
        List<String> observedOnly = s.texts(OBSERVED_ONLY, "a list of names of features");
        Traffic traffic =
                new Traffic(s.flag("reweight", false), s.number("maxWeight", 10, 1, 1e6), List.copyOf(observedOnly));
        s.end("traffic");
        if (featuresKnown && !s.isBroken(OBSERVED_ONLY)) {
            List<String> names = features.stream().map(Feature::name).toList();
            for (int i = 0; i < observedOnly.size(); i++) {
                String name = observedOnly.get(i);
                if (!names.contains(name)) {
                    s.problemAtItem(
                            OBSERVED_ONLY,
                            i,
                            "'%s' is no feature of this experiment%s".formatted(name, Nearest.hint(name, names)));
                }
            }
            if (!names.isEmpty() && Set.copyOf(observedOnly).containsAll(names)) {
                s.problem(OBSERVED_ONLY, "names every feature: expected at least one that the policy decides by");
            }
        }
        return traffic;
    }

    /** Those that the policy sees first: places in blocks are then the same with and without the others. */
    static List<Feature> ordered(List<Feature> features, Traffic traffic) {
        List<Feature> ordered = new ArrayList<>();
        for (boolean observed : new boolean[] {false, true}) {
            features.stream()
                    .filter(feature -> traffic.observedOnly().contains(feature.name()) == observed)
                    .forEach(ordered::add);
        }
        return List.copyOf(ordered);
    }
}
