package org.drlput.common.experiment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.drlput.common.experiment.YamlNode.Mapping;

/**
 * Reads an experiment file: binds it, fills in the defaults, and reports all that is wrong with it at once.
 *
 * <p>The keys, their types, ranges and defaults are in docs/experiment.md. Errors: {@link ExperimentException}.
 */
public final class ExperimentLoader {
    /** No experiment needs more; a log file given by mistake is noticed before it is parsed. */
    private static final int MAX_BYTES = 1 << 20;

    private static final int FORMAT_VERSION = 1;

    private ExperimentLoader() {}

    /** The experiment in a file; one that is missing or can not be read is an {@link ExperimentException} too. */
    public static Experiment load(Path file) {
        String source = file.toString();
        try {
            if (Files.isDirectory(file)) {
                throw failure(source, "is a directory, expected an experiment file");
            }
            long size = Files.size(file);
            if (size > MAX_BYTES) {
                throw failure(
                        source, "has %d bytes, expected an experiment file of at most %d".formatted(size, MAX_BYTES));
            }
            return parse(Files.readAllBytes(file), source);
        } catch (NoSuchFileException e) {
            throw failure(source, "no such file, expected an experiment file");
        } catch (IOException e) {
            throw failure(source, "can not be read: " + e);
        }
    }

    /** The experiment in the bytes of its file, UTF-8. */
    public static Experiment parse(byte[] bytes, String sourceName) {
        String yaml;
        try {
            yaml = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw failure(sourceName, "is not UTF-8 text, expected YAML");
        }
        return parse(yaml, sourceName);
    }

    /** The experiment in a text; {@code sourceName} is what messages call it. */
    public static Experiment parse(String yaml, String sourceName) {
        if (yaml.length() > MAX_BYTES) {
            throw failure(
                    sourceName,
                    "has %d characters, expected an experiment file of at most %d".formatted(yaml.length(), MAX_BYTES));
        }
        Problems problems = new Problems(sourceName);
        Mapping document = new YamlReader(problems).read(yaml);
        if (document == null) {
            throw problems.exception();
        }
        Experiment experiment = bind(new Section(document, "", problems));
        problems.throwIfAny();
        return experiment;
    }

    /** Lower-case hex SHA-256: how an experiment file is named in fences and manifests. */
    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static ExperimentException failure(String source, String text) {
        return new ExperimentException(source, List.of(new Problem(source, 0, 0, "", text)));
    }

    private static Experiment bind(Section root) {
        int formatVersion = (int) root.requiredWhole("formatVersion", "1", 1, Integer.MAX_VALUE);
        if (formatVersion != FORMAT_VERSION) {
            root.problem(
                    "formatVersion",
                    "found %d, expected %d: this file is of a later DRL-PUT".formatted(formatVersion, FORMAT_VERSION));
        }
        String name = root.text("name", "a name for this experiment");
        if (!name.isEmpty() && !name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
            root.problem(
                    "name",
                    "found '%s', expected at most 100 letters, digits, '.', '_' or '-', starting with a letter or digit"
                            .formatted(YamlNode.shortened(name)));
        }
        Columns columns = new Columns();
        Section logSection = root.section("log");
        Experiment.Log log = DataBinder.log(logSection, columns);
        List<Experiment.Feature> features = DataBinder.features(root, columns);
        Experiment.Traffic traffic =
                TrafficBinder.traffic(root.section("traffic"), features, !root.isBroken("features"));
        Experiment.Network network = TrainingBinder.network(root.section("network"));
        Experiment.Actions actions =
                ActionsBinder.actions(root.requiredSection("actions"), logSection, log.actionColumns());
        Experiment.Reward reward = RewardBinder.reward(root.requiredSection("reward"), columns);
        Experiment.Evaluation evaluation =
                EvaluationBinder.evaluation(root.section("evaluation"), root.isBroken("features") ? null : features);
        Experiment experiment = new Experiment(
                formatVersion,
                name,
                log,
                TrafficBinder.ordered(features, traffic),
                traffic,
                actions,
                reward,
                network,
                ObjectiveBinder.objective(root.section("objective"), network),
                TrainingBinder.optimizer(root.section("optimizer")),
                TrainingBinder.training(root.section("training"), network),
                evaluation,
                VersionsBinder.versions(
                        root.section("versions"), reward.outcomes().keySet(), evaluation));
        root.end("an experiment");
        return experiment;
    }
}
