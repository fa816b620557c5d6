package org.drlput.bench.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.drlput.bench.learn.Overrides;
import org.drlput.common.experiment.Experiment;

/** Makes a table of the docs again. See the head of {@code bench/study}. */
public final class Study {
    private static final List<String> NAMES = List.of("delays", "bias", "exploration", "season");

    private Study() {}

    /**
     * What a study is told.
     *
     * @param rows of each log; 0: as many as the docs say
     * @param examples the directory of the project's example experiments
     * @param out where pictures go
     */
    record Settings(List<Long> seeds, int rows, Path examples, Path out) {
        /** One of the examples, with the seed of the training and other values replaced: {@code KEY=VALUE}. */
        Experiment experiment(String file, long seed, String... overrides) throws IOException {
            List<String> all = new ArrayList<>(List.of(overrides));
            all.add("training.seed=" + seed);
            return Overrides.apply(Files.readAllBytes(examples.resolve(file)), all);
        }

        int rowsOr(int standard) {
            return rows == 0 ? standard : rows;
        }
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 0 || !NAMES.contains(arguments[0]) || arguments.length % 2 == 0) {
            throw new IllegalArgumentException("expected one of %s, then options: see the head of bench/study, found %s"
                    .formatted(NAMES, Arrays.toString(arguments)));
        }
        Settings settings = settings(arguments);
        switch (arguments[0]) {
            case "delays" -> new DelayStudy(settings).run();
            case "bias" -> new BiasStudy(settings).run();
            case "exploration" -> new ExplorationStudy(settings).run();
            default -> new SeasonStudy(settings).run();
        }
    }

    private static Settings settings(String[] arguments) {
        List<Long> seeds = List.of(1L, 2L, 3L, 4L, 5L);
        int rows = 0;
        Path examples = Path.of("examples");
        Path out = Path.of(".");
        for (int i = 1; i < arguments.length; i += 2) {
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--seeds" ->
                    seeds = Arrays.stream(value.split(",")).map(Long::valueOf).toList();
                case "--rows" -> rows = Integer.parseInt(value);
                case "--examples" -> examples = Path.of(value);
                case "--out" -> out = Path.of(value);
                default ->
                    throw new IllegalArgumentException(
                            arguments[i] + ": expected --seeds, --rows, --examples or --out");
            }
        }
        return new Settings(seeds, rows, examples, out);
    }
}
