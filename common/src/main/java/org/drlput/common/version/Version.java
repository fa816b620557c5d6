package org.drlput.common.version;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.experiment.ExperimentException;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.FirstPassResult.NumericStatistics;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.tensor.Parameters;

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

    private static final String AGAIN = "it was cut, damaged or exchanged: fetch the version again";

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
        return parse(directory, manifest, experiment(yaml, experimentFile));
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

    private static Experiment experiment(byte[] yaml, Path file) {
        try {
            return ExperimentLoader.parse(yaml, file.toString());
        } catch (ExperimentException e) {
            throw new VersionException(
                    e.getMessage() + "\n  so this version can not be used: is it of another DRL-PUT?", e);
        }
    }

    private static Version parse(Path directory, Manifest manifest, Experiment experiment) {
        ModelSpec model = ModelSpec.of(experiment);
        List<String> problems = new ArrayList<>();
        Path encoder = directory.resolve(EncoderFile.NAME);
        Map<String, NumericStatistics> statistics = EncoderFile.read(encoder, problems);
        List<String> expected =
                model.features().numeric().stream().map(Numeric::name).toList();
        if (problems.isEmpty() && !List.copyOf(statistics.keySet()).equals(expected)) {
            problems.add("%s: has the features %s, expected %s: it belongs to another experiment"
                    .formatted(encoder, statistics.keySet(), expected));
        }
        throwIfAny(problems);
        List<Path> parts = manifest.files().stream()
                .map(Manifest.File::name)
                .filter(name -> !name.equals(EncoderFile.NAME))
                .map(directory::resolve)
                .toList();
        Parameters weights = WeightsFile.read(parts, model.tensors());
        String sha256 = WeightsHash.sha256(model.tensors(), weights, statistics);
        if (!sha256.equals(manifest.weightsSha256())) {
            throw new VersionException("%s: weightsSha256 of its files is %s, expected %s: they are not of one version"
                    .formatted(directory, sha256, manifest.weightsSha256()));
        }
        return new Version(manifest, experiment, model, ActionSpace.of(experiment.actions()), statistics, weights);
    }

    private static void throwIfAny(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new VersionException(problems, null);
        }
    }
}
