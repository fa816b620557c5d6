package org.drlput.common.simulate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.Block;
import org.drlput.common.log.BlockBuilder;
import org.drlput.common.log.LogInputs;
import org.drlput.common.log.LogReader;
import org.drlput.common.log.LogSchema;

/** The default market, and logs of it as they are read back. */
final class SimulatedLogs {
    private SimulatedLogs() {}

    static String yaml() {
        return new String(LogSimulator.defaultExperiment(), StandardCharsets.UTF_8);
    }

    static Experiment experiment() {
        return ExperimentLoader.parse(yaml(), "demo.yaml");
    }

    /** The default market with 6 actions, for tests that do not ask what is true of it. */
    static Experiment small() {
        String grid = """
                  hyperparameters:
                    - {name: w_click, levels: [0, 1, 4], production: 1}
                    - {name: reserve_price, levels: [0, 0.2], production: 0.2}
                """;
        String yaml = yaml().replaceFirst("(?s)  hyperparameters:.*?\n\n", grid + "\n");
        return ExperimentLoader.parse(yaml, "small.yaml");
    }

    static Market market(long seed) {
        return Market.of(experiment(), seed);
    }

    /** Of the {@link #small} grid. */
    static void simulate(Path out, long rows, long seed, SimulatedFormat format) {
        LogSimulator.simulate(
                small(),
                LogSimulator.defaultExperiment(),
                new LogSimulator.Settings(rows, seed, format, out),
                (written, total) -> {});
    }

    /** All blocks of a log; fails where a row is rejected. */
    static List<Block> read(Experiment experiment, LogSchema schema, Path log) {
        BlockBuilder builder = new BlockBuilder(experiment, schema);
        List<Block> blocks = new ArrayList<>();
        try (LogReader reader = LogReader.open(schema, LogInputs.list(List.of(log)))) {
            while (reader.fill(builder)) {
                blocks.add(builder.block());
                if (!builder.rejected().isEmpty()) {
                    throw new AssertionError(builder.rejected().get(0).toString());
                }
            }
        }
        return blocks;
    }

    /** What {@link java.util.Arrays#deepEquals} compares, NaN being equal to NaN. */
    static Object[] content(Iterable<Block> blocks) {
        List<Object> content = new ArrayList<>();
        for (Block b : blocks) {
            content.add(new Object[] {
                b.rowCount(),
                b.rowState(),
                b.numeric(),
                b.categorical(),
                b.bagOffsets(),
                b.bags(),
                b.actionId(),
                b.propensity(),
                b.outcomes(),
                b.delayMillis()
            });
        }
        return content.toArray();
    }

    /** SHA-256 of every file below a directory. */
    static Map<String, String> hashes(Path directory) {
        Map<String, String> hashes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                hashes.put(directory.relativize(file).toString(), ExperimentLoader.sha256(Files.readAllBytes(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return hashes;
    }
}
