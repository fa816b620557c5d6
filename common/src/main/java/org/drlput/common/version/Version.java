package org.drlput.common.version;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.experiment.ExperimentException;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.FirstPassResult.NumericStatistics;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.tensor.Parameters;
import org.jspecify.annotations.Nullable;

/**
 * A published version in memory: all that it takes to choose an action. Immutable, provided nobody writes to the arrays of
 * {@code weights}: share them, do not train them.
 *
 * @param statistics of the numeric features, by feature, in the experiment's order
 * @param weights whole tensors, in the order of {@link ModelSpec#tensors}
 */
public record Version(
        Manifest manifest,
        Experiment experiment,
        ModelSpec model,
        ActionSpace actions,
        Map<String, NumericStatistics> statistics,
        Parameters weights) {

    static final String AGAIN = "it was cut, damaged or exchanged: fetch the version again";

    /**
     * Reads a version's directory, and nothing else. What it returns is, bit for bit, what was published: sizes and SHA-256 of
     * all files are checked before they are parsed, and then that they fit each other.
     *
     * @throws VersionException with every problem, its file, and what to do
     */
    public static Version read(Path directory) {
        Manifest manifest = manifest(directory);
        List<String> problems = new ArrayList<>();
        for (Manifest.File file : manifest.files()) {
            checkFile(directory.resolve(file.name()), file, problems);
        }
        Path experimentFile = directory.resolve(VersionRegistry.EXPERIMENT);
        byte[] yaml = experimentBytes(experimentFile, manifest, problems);
        throwIfAny(problems);
        return parse(directory, manifest, experiment(yaml, experimentFile.toString()));
    }

    /** The manifest in a version's directory, whose name, if it is a version's, must be that of the manifest. */
    static Manifest manifest(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new VersionException("%s: is no directory, expected one of a published version".formatted(directory));
        }
        Manifest manifest = ManifestFile.read(directory);
        Path name = directory.toAbsolutePath().normalize().getFileName();
        if (name != null
                && name.toString().matches("\\d{12}")
                && Long.parseLong(name.toString()) != manifest.version()) {
            throw new VersionException("%s: is the manifest of version %d: %s"
                    .formatted(directory.resolve(ManifestFile.NAME), manifest.version(), AGAIN));
        }
        return manifest;
    }

    private static void checkFile(Path path, Manifest.File expected, List<String> problems) {
        try {
            if (Files.isDirectory(path)) {
                problems.add("%s: is no file: fetch the version again".formatted(path));
                return;
            }
            long bytes = Files.size(path);
            if (bytes != expected.bytes()) {
                problems.add("%s: has %d bytes, expected %d: %s".formatted(path, bytes, expected.bytes(), AGAIN));
                return;
            }
            String sha256 = AtomicFile.describe(path).sha256();
            if (!sha256.equals(expected.sha256())) {
                problems.add(
                        "%s: its SHA-256 is %s, expected %s: %s".formatted(path, sha256, expected.sha256(), AGAIN));
            }
        } catch (NoSuchFileException e) {
            problems.add("%s: is missing: fetch the version again".formatted(path));
        } catch (IOException e) {
            problems.add("%s: can not be read: %s".formatted(path, e));
        }
    }

    private static byte[] experimentBytes(Path file, Manifest manifest, List<String> problems) {
        try {
            byte[] yaml = Files.readAllBytes(file);
            String sha256 = ExperimentLoader.sha256(yaml);
            if (!sha256.equals(manifest.experimentSha256())) {
                problems.add("%s: its SHA-256 is %s, expected %s: %s"
                        .formatted(file, sha256, manifest.experimentSha256(), AGAIN));
            }
            return yaml;
        } catch (NoSuchFileException e) {
            problems.add("%s: is missing: fetch the version again".formatted(file));
        } catch (IOException e) {
            problems.add("%s: can not be read: %s".formatted(file, e));
        }
        return new byte[0];
    }

    private static Experiment experiment(byte[] yaml, String file) {
        try {
            return ExperimentLoader.parse(yaml, file);
        } catch (ExperimentException e) {
            throw new VersionException(
                    e.getMessage() + "\n  so this version can not be used: is it of another DRL-PUT?", e);
        }
    }

    private static Version parse(Path directory, Manifest manifest, Experiment experiment) {
        ModelSpec model = ModelSpec.of(experiment);
        Map<String, NumericStatistics> statistics =
                statistics(ArrowSource.of(directory.resolve(EncoderFile.NAME)), model);
        List<ArrowSource> parts = weightFiles(manifest)
                .map(name -> ArrowSource.of(directory.resolve(name)))
                .toList();
        Parameters weights = WeightsFile.read(String.valueOf(directory.toAbsolutePath()), parts, model.tensors());
        String sha256 = WeightsHash.sha256(model.tensors(), weights, statistics);
        if (!sha256.equals(manifest.weightsSha256())) {
            throw new VersionException("%s: weightsSha256 of its files is %s, expected %s: they are not of one version"
                    .formatted(directory, sha256, manifest.weightsSha256()));
        }
        return new Version(manifest, experiment, model, ActionSpace.of(experiment.actions()), statistics, weights);
    }

    private static Stream<String> weightFiles(Manifest manifest) {
        return manifest.files().stream().map(Manifest.File::name).filter(name -> !name.equals(EncoderFile.NAME));
    }

    private static Map<String, NumericStatistics> statistics(ArrowSource encoder, ModelSpec model) {
        List<String> problems = new ArrayList<>();
        Map<String, NumericStatistics> statistics = EncoderFile.read(encoder, problems);
        List<String> expected =
                model.features().numeric().stream().map(Numeric::name).toList();
        if (problems.isEmpty() && !List.copyOf(statistics.keySet()).equals(expected)) {
            problems.add("%s: has the features %s, expected %s: it belongs to another experiment"
                    .formatted(encoder.name(), statistics.keySet(), expected));
        }
        throwIfAny(problems);
        return statistics;
    }

    /**
     * The version in memory. As {@link #read}, every byte is checked against the sealed manifest before it is parsed. Since the
     * checksums of the files were made as they came, no byte is read twice: {@code weightsSha256}, which the same seal holds, is
     * not computed again.
     *
     * @param known another version, or null: what is the same in both by its SHA-256, experiment and encoder, is shared
     * @throws VersionException with every problem, its file, and what to do
     */
    public static Version of(VersionBytes bytes, @Nullable Version known) {
        Manifest manifest = bytes.manifest();
        throwIfAny(bytes.problems(manifest));
        boolean sameExperiment =
                known != null && known.manifest.experimentSha256().equals(manifest.experimentSha256());
        Experiment experiment;
        ModelSpec model;
        ActionSpace actions;
        if (known != null && sameExperiment) {
            experiment = known.experiment;
            model = known.model;
            actions = known.actions;
        } else {
            String name = bytes.nameOf(VersionRegistry.EXPERIMENT);
            experiment = experiment(bytes.file(VersionRegistry.EXPERIMENT), name);
            model = ModelSpec.of(experiment);
            actions = ActionSpace.of(experiment.actions());
        }
        Map<String, NumericStatistics> statistics =
                known != null && sameExperiment && encoderSha256(known.manifest).equals(encoderSha256(manifest))
                        ? known.statistics
                        : statistics(bytes.arrow(EncoderFile.NAME), model);
        List<ArrowSource> parts = weightFiles(manifest).map(bytes::arrow).toList();
        Parameters weights = WeightsFile.read(bytes.place(), parts, model.tensors());
        return new Version(manifest, experiment, model, actions, statistics, weights);
    }

    private static String encoderSha256(Manifest manifest) {
        return manifest.files().stream()
                .filter(file -> file.name().equals(EncoderFile.NAME))
                .map(Manifest.File::sha256)
                .findFirst()
                .orElse("");
    }

    private static void throwIfAny(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new VersionException(problems, null);
        }
    }
}
