package org.drlput.common.version;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** Versions made of initial weights, as shards stage and publish them. */
public final class TestVersions {
    public static final String YAML = """
            formatVersion: 1
            name: test
            features:
              - {name: ctr, type: numeric, missing: mean}
              - {name: hour, type: numeric, period: 24}
              - {name: country, type: categorical, vocabulary: [us, de], dimension: 4}
              - {name: user, type: categorical, hashBuckets: 50, dimension: 4}
              - {name: interests, type: multiCategorical, hashBuckets: 20, dimension: 4}
            actions:
              hyperparameters:
                - {name: w_click, levels: [0, 0.1, 0.3], production: 0.1}
                - {name: reserve, levels: [0, 10], production: 0}
            reward:
              active: R0
              outcomes: {revenue: {column: revenue}}
              variants: {R0: {revenue: 1}}
            network: {hidden: [8, 6]}
            training: {rowsPerStep: 64, microBatches: 8}
            evaluation:
              segments: [{feature: ctr, quantiles: 4}, {feature: country}]
            """;

    private TestVersions() {}

    public static Experiment experiment() {
        return ExperimentLoader.parse(YAML, "test.yaml");
    }

    public static Map<String, NumericStatistics> statistics(Experiment experiment) {
        Map<String, NumericStatistics> statistics = new LinkedHashMap<>();
        for (Experiment.Feature feature : experiment.policyFeatures()) {
            if (feature instanceof Numeric numeric) {
                double mean = 0.25 * (statistics.size() + 1);
                statistics.put(numeric.name(), new NumericStatistics(mean, 2, -3, 5, 7));
            }
        }
        return statistics;
    }

    public static Parameters initialWeights(List<TensorSpec> tensors, long seed) {
        Parameters weights = new Parameters(tensors);
        for (int t = 0; t < tensors.size(); t++) {
            Initializer.fill(tensors.get(t), 0, weights.values(t), seed);
        }
        return weights;
    }

    /** A shard's rows of whole tensors. */
    static Parameters part(Parameters whole, ShardLayout layout, int shard) {
        List<TensorSpec> specs = new ArrayList<>();
        for (TensorSpec tensor : whole.tensors()) {
            specs.add(tensor.withRows(layout.rowCount(tensor, shard)));
        }
        Parameters part = new Parameters(specs);
        for (int t = 0; t < specs.size(); t++) {
            TensorSpec tensor = whole.tensors().get(t);
            int from = layout.firstRow(tensor, shard) * tensor.columns();
            System.arraycopy(whole.values(t), from, part.values(t), 0, part.values(t).length);
        }
        return part;
    }

    /** Files of a version that is not published yet, by name. */
    record Staged(Manifest manifest, Map<String, Path> files, byte[] experimentYaml) {}

    static Staged stage(Path directory, String yaml, Parameters whole, int shards, long version) {
        Experiment experiment = ExperimentLoader.parse(yaml, "test.yaml");
        Map<String, NumericStatistics> statistics = statistics(experiment);
        ShardLayout layout = new ShardLayout(shards);
        List<Manifest.File> files = new ArrayList<>();
        Map<String, Path> paths = new LinkedHashMap<>();
        try {
            Files.createDirectories(directory);
            for (int shard = 0; shard < shards; shard++) {
                Path file = directory.resolve(WeightsFile.name(shard));
                files.add(WeightsFile.write(file, layout, shard, part(whole, layout, shard), whole.tensors()));
            }
            files.add(EncoderFile.write(directory.resolve(EncoderFile.NAME), statistics));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        files.forEach(file -> paths.put(file.name(), directory.resolve(file.name())));
        byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
        Manifest manifest = manifest(
                version, ExperimentLoader.sha256(bytes), WeightsHash.sha256(whole.tensors(), whole, statistics), files);
        return new Staged(manifest, paths, bytes);
    }

    static Manifest manifest(long version, String experimentSha256, String weightsSha256, List<Manifest.File> files) {
        return new Manifest(
                1,
                version,
                version,
                null,
                "run-1",
                experimentSha256,
                1,
                null,
                new Manifest.Rows(1000, 1, 100),
                "plain",
                Software.version(),
                weightsSha256,
                files);
    }

    static Staged stage(Path directory, int shards, long version) {
        List<TensorSpec> tensors = ModelSpec.of(experiment()).tensors();
        return stage(directory, YAML, initialWeights(tensors, version), shards, version);
    }

    /** Publishes weights as a version of the registry {@code root}, and returns its directory. */
    public static Path publish(Path root, String yaml, Parameters whole, int shards, long version) {
        Staged staged = stage(root.resolve("staging-" + version), yaml, whole, shards, version);
        VersionRegistry registry = new VersionRegistry(root);
        try {
            registry.publish(staged.manifest(), staged.files(), staged.experimentYaml());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return registry.directory(version);
    }

    /** A version of {@link #YAML} with initial weights. */
    public static Path publish(Path root, int shards, long version) {
        List<TensorSpec> tensors = ModelSpec.of(experiment()).tensors();
        return publish(root, YAML, initialWeights(tensors, version), shards, version);
    }

    /** A version one of whose weights is not a number. */
    public static Path publishNan(Path root, long version) {
        Parameters weights = initialWeights(ModelSpec.of(experiment()).tensors(), version);
        weights.values(0)[0] = Float.NaN;
        return publish(root, YAML, weights, 1, version);
    }
}
