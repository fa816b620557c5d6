package org.drlput.bench.serve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.FirstPassResult.NumericStatistics;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.tensor.Initializer;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.EncoderFile;
import org.drlput.common.version.Manifest;
import org.drlput.common.version.Software;
import org.drlput.common.version.VersionRegistry;
import org.drlput.common.version.WeightsFile;
import org.drlput.common.version.WeightsHash;

/** Publishes versions with the initial weights of their number. */
final class BenchVersions {
    private final Path registry;
    private final String yaml;
    private final Experiment experiment;
    private final ModelSpec model;

    BenchVersions(Path registry, String yaml) {
        this.registry = registry;
        this.yaml = yaml;
        experiment = ExperimentLoader.parse(yaml, "bench.yaml");
        model = ModelSpec.of(experiment);
    }

    Experiment experiment() {
        return experiment;
    }

    void publish(long version) throws IOException {
        publish(stage(version));
    }

    void publish(Staged staged) throws IOException {
        new VersionRegistry(registry).publish(staged.manifest(), staged.files(), yaml.getBytes(StandardCharsets.UTF_8));
    }

    /** A version that only has to be renamed into place. */
    record Staged(Manifest manifest, Map<String, Path> files) {
        long bytes() {
            return manifest.files().stream().mapToLong(Manifest.File::bytes).sum();
        }
    }

    Staged stage(long version) throws IOException {
        Path staging = Files.createDirectories(registry.resolve("bench-staging").resolve(String.valueOf(version)));
        List<TensorSpec> tensors = model.tensors();
        Parameters weights = new Parameters(tensors);
        for (int t = 0; t < tensors.size(); t++) {
            Initializer.fill(tensors.get(t), 0, weights.values(t), version);
        }
        Map<String, NumericStatistics> statistics = new LinkedHashMap<>();
        for (Experiment.Feature feature : experiment.features()) {
            if (feature instanceof Numeric) {
                statistics.put(feature.name(), new NumericStatistics(0, 1, -5, 5, 0));
            }
        }
        List<Manifest.File> files = List.of(
                WeightsFile.write(staging.resolve(WeightsFile.name(0)), new ShardLayout(1), 0, weights, tensors),
                EncoderFile.write(staging.resolve(EncoderFile.NAME), statistics));
        Map<String, Path> paths = new LinkedHashMap<>();
        files.forEach(file -> paths.put(file.name(), staging.resolve(file.name())));
        Manifest manifest = new Manifest(
                1,
                version,
                version,
                null,
                "bench",
                ExperimentLoader.sha256(yaml.getBytes(StandardCharsets.UTF_8)),
                1,
                null,
                new Manifest.Rows(1, 0, 0),
                "none",
                Software.version(),
                WeightsHash.sha256(tensors, weights, statistics),
                files);
        return new Staged(manifest, paths);
    }
}
