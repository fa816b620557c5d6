package org.drlput.bench.quality;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.drlput.bench.learn.Overrides;
import org.drlput.common.experiment.Experiment;

/** The experiment of a set: its features, its actions as one axis, and a setting, which is the same for all sets. */
final class SetExperiment {
    private SetExperiment() {}

    /**
     * @param setting the sections of an experiment file that say how it is learned
     * @param logged whether propensities are those of a log that is not uniform
     * @param overrides {@code KEY=VALUE}
     */
    static Experiment of(String name, KnownSet set, String setting, boolean logged, List<String> overrides)
            throws IOException {
        String features = IntStream.range(0, set.features().length)
                .mapToObj(
                        f -> "  - {name: f%d, type: numeric%s}\n".formatted(f, set.missing(f) ? ", missing: mean" : ""))
                .collect(Collectors.joining());
        String levels =
                IntStream.range(0, set.actions()).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        String yaml = """
                formatVersion: 1
                name: %s
                features:
                %sactions:
                  behaviour: %s
                  hyperparameters:
                    - {name: action, levels: [%s], production: 0}
                reward:
                  active: R0
                  outcomes: {reward: {column: reward}}
                  variants: {R0: {reward: 1}}
                %s""".formatted(name, features, logged ? "logged" : "uniform", levels, setting);
        return Overrides.apply(yaml.getBytes(StandardCharsets.UTF_8), overrides);
    }
}
