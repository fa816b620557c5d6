package org.drlput.common.experiment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.drlput.common.experiment.Experiment.Activation;
import org.drlput.common.experiment.Experiment.Baseline;
import org.drlput.common.experiment.Experiment.Mode;
import org.drlput.common.experiment.Experiment.ObjectiveType;
import org.drlput.common.experiment.Experiment.OptimizerType;
import org.drlput.common.experiment.Experiment.Schedule;
import org.drlput.common.experiment.YamlNode.Mapping;

/**
 * Reads an experiment file: binds it, fills in the defaults, and reports all that is wrong with it at once.
 *
 * <p>The keys, their types, ranges and defaults are in docs/experiment.md. Errors: {@link ExperimentException}.
 */
public final class ExperimentLoader {
    /** No experiment needs more; a log file given by mistake is noticed before it is parsed. */
    private static final int MAX_BYTES = 1 << 20;

    private ExperimentLoader() {}

    /** @throws UncheckedIOException where the file can not be read */
    public static Experiment load(Path file) {
        byte[] bytes;
        try {
            long size = Files.size(file);
            if (size > MAX_BYTES) {
                throw failure(
                        file.toString(),
                        "has %d bytes, expected an experiment file of at most %d".formatted(size, MAX_BYTES));
            }
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return parse(bytes, file.toString());
    }

    /** The experiment in the bytes of its file, UTF-8. */
    public static Experiment parse(byte[] bytes, String sourceName) {
        try {
            return parse(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString(),
                    sourceName);
        } catch (CharacterCodingException e) {
            throw failure(sourceName, "is not UTF-8 text: expected YAML");
        }
    }

    public static Experiment parse(String yaml, String sourceName) {
        Problems problems = new Problems(sourceName);
        Mapping document = new YamlReader(problems).read(yaml);
        if (document == null) {
            problems.throwIfAny();
            throw new IllegalStateException("no document and no problem");
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
        int formatVersion = (int) root.requiredWhole("formatVersion", 1, 1);
        String name = root.text("name", "a name for this experiment");
        if (!name.isEmpty() && !name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
            root.problem("name", "found '%s', expected letters, digits, '.', '_' or '-'".formatted(name));
        }
        Experiment.Log log = DataBinder.log(root.section("log"));
        List<Experiment.Feature> features = DataBinder.features(root);
        Experiment.Actions actions = ActionsBinder.actions(root.requiredSection("actions"), log);
        Experiment.Reward reward = DataBinder.reward(root.requiredSection("reward"));
        DataBinder.checkColumns(root, log, features, reward);
        Experiment experiment = new Experiment(
                formatVersion,
                name,
                log,
                features,
                actions,
                reward,
                network(root.section("network")),
                objective(root.section("objective")),
                optimizer(root.section("optimizer")),
                training(root.section("training")),
                EvaluationBinder.evaluation(root.section("evaluation"), features),
                EvaluationBinder.versions(root.section("versions")));
        root.end();
        return experiment;
    }

    private static Experiment.Network network(Section s) {
        List<Integer> hidden = List.of(256, 128, 64);
        if (s.has("hidden")) {
            List<Double> widths = s.numbers("hidden", "a list of layer widths, for example [256, 128, 64]");
            for (int i = 0; i < widths.size(); i++) {
                double width = widths.get(i);
                if (width != Math.rint(width) || width < 1 || width > 16_384) {
                    s.problemAtItem("hidden", i, "found %s, expected a whole number from 1 to 16384".formatted(width));
                }
            }
            hidden = widths.stream().map(Double::intValue).toList();
        }
        Experiment.Network network = new Experiment.Network(
                hidden,
                s.flag("batchNorm", true),
                s.number("batchNormMomentum", 0.1, Double.MIN_VALUE, 1),
                s.choice("activation", Activation.RELU, Activation.class));
        s.end();
        return network;
    }

    private static Experiment.Objective objective(Section s) {
        Experiment.Objective objective = new Experiment.Objective(
                s.choice(
                        "type",
                        ObjectiveType.IPS,
                        ObjectiveType.class,
                        "logLikelihood",
                        "banditNet",
                        "doublyRobust",
                        "directMethod",
                        "pessimistic"),
                s.number("clipWeight", 10, Double.MIN_VALUE, Double.POSITIVE_INFINITY),
                s.choice("baseline", Baseline.RUNNING_MEAN, Baseline.class, "selfCritical", "learned"),
                s.number("entropy", 0.3, 0, 100));
        s.end();
        return objective;
    }

    private static Experiment.Optimizer optimizer(Section s) {
        OptimizerType type = s.choice("type", OptimizerType.ADAM_W, OptimizerType.class, "momentum", "adagrad");
        Experiment.Optimizer optimizer = new Experiment.Optimizer(
                type,
                s.number("learningRate", 0.001, Double.MIN_VALUE, 1000),
                s.number("momentum", 0, 0, 0.9999),
                s.number("beta1", 0.9, 0, 0.9999),
                s.number("beta2", 0.999, 0, 0.999999),
                s.number("epsilon", 1e-8, Double.MIN_VALUE, 1),
                s.number("weightDecay", type == OptimizerType.ADAM_W ? 0.01 : 0, 0, 10),
                s.choice("schedule", Schedule.COSINE, Schedule.class),
                s.number("warmupShare", 0, 0, 1),
                s.number("clipGradient", 0, 0, Double.POSITIVE_INFINITY));
        s.end();
        return optimizer;
    }

    private static Experiment.Training training(Section s) {
        int microBatches = (int) s.whole("microBatches", 8, 8, 256);
        if (Integer.bitCount(microBatches) != 1) {
            s.problem("microBatches", "found %d, expected a power of two from 8 to 256".formatted(microBatches));
        }
        int rowsPerStep = (int) s.whole("rowsPerStep", 1024, 8, 1 << 20);
        if (rowsPerStep % microBatches != 0) {
            s.problem(
                    "rowsPerStep",
                    "found %d, expected a multiple of microBatches (%d)".formatted(rowsPerStep, microBatches));
        }
        Mode mode = s.choice("mode", Mode.STEP, Mode.class);
        if (mode != Mode.STEP) {
            s.problem("mode", "'%s' is not available yet: use step".formatted(Section.camelCase(mode)));
        }
        int staleness = (int) s.whole("staleness", 0, 0, 1000);
        if (mode == Mode.STEP && staleness != 0) {
            s.problem("staleness", "found %d, expected 0 in mode step".formatted(staleness));
        }
        int window = (int) s.whole("window", 2, 1, 1000);
        if (window <= staleness) {
            s.problem("window", "found %d, expected more than staleness (%d)".formatted(window, staleness));
        }
        Experiment.Training training = new Experiment.Training(
                mode,
                staleness,
                window,
                rowsPerStep,
                microBatches,
                (int) s.whole("epochs", 1, 1, 100_000),
                s.flag("shuffle", true),
                s.whole("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE),
                s.whole("checkpointIntervalMillis", 10_000, 10, 86_400_000),
                s.number("maxRefusedShare", 0.01, 0, 1));
        s.end();
        return training;
    }
}
