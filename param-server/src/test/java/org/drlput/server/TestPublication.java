package org.drlput.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.FirstPassFile;
import org.drlput.common.log.FirstPassResult.NumericStatistics;
import org.drlput.common.tensor.Initializer;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.version.EncoderFile;
import org.drlput.common.version.Manifest;
import org.drlput.common.version.VersionRegistry;
import org.drlput.common.version.WeightsFile;
import org.drlput.common.version.WeightsHash;

/** Puts versions into a registry without training them. */
final class TestPublication {
    private TestPublication() {}

    /** The run's initial weights, changed in whatever way, as a version. */
    static Path publish(Path data, TestRun run, long version, Consumer<Parameters> change) {
        Parameters weights = new Parameters(run.tensors());
        for (int t = 0; t < run.tensors().size(); t++) {
            Initializer.fill(run.tensors().get(t), 0, weights.values(t), 1);
        }
        change.accept(weights);
        Map<String, NumericStatistics> statistics =
                FirstPassFile.parse(run.firstPass(), "first pass").numeric();
        VersionRegistry registry = new VersionRegistry(data);
        try {
            Path folder = Files.createDirectories(data.resolve("test-staging-" + version));
            Path part = folder.resolve(WeightsFile.name(0));
            Path encoder = folder.resolve(EncoderFile.NAME);
            List<Manifest.File> files = List.of(
                    WeightsFile.write(part, new ShardLayout(1), 0, weights, run.tensors()),
                    EncoderFile.write(encoder, statistics));
            Manifest manifest = new Manifest(
                    1,
                    version,
                    version,
                    null,
                    run.name(),
                    ExperimentLoader.sha256(run.experimentYaml()),
                    1,
                    null,
                    new Manifest.Rows(1, 0, 0),
                    TestRun.KERNEL,
                    "test",
                    WeightsHash.sha256(run.tensors(), weights, statistics),
                    files);
            registry.publish(
                    manifest, Map.of(WeightsFile.name(0), part, EncoderFile.NAME, encoder), run.experimentYaml());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return registry.directory(version);
    }
}
