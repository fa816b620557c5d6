package org.drlput.bench.planted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.FirstPassResult.NumericStatistics;
import org.drlput.common.math.Kernels;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.version.EncoderFile;
import org.drlput.common.version.Manifest;
import org.drlput.common.version.Software;
import org.drlput.common.version.VersionRegistry;
import org.drlput.common.version.WeightsFile;
import org.drlput.common.version.WeightsHash;

/** Puts weights into a registry as a version, as a run would. */
final class Publication {
    private Publication() {}

    static Path publish(
            Path root, long version, byte[] yaml, Parameters weights, Map<String, NumericStatistics> statistics)
            throws IOException {
        Path staging = Files.createDirectories(root.resolve("staging-" + version));
        Path part = staging.resolve(WeightsFile.name(0));
        Path encoder = staging.resolve(EncoderFile.NAME);
        List<Manifest.File> files = List.of(
                WeightsFile.write(part, new ShardLayout(1), 0, weights, weights.tensors()),
                EncoderFile.write(encoder, statistics));
        Manifest manifest = new Manifest(
                1,
                version,
                version,
                null,
                "planted",
                ExperimentLoader.sha256(yaml),
                1,
                null,
                new Manifest.Rows(0, 0, 0),
                Kernels.best().name(),
                Software.version(),
                WeightsHash.sha256(weights.tensors(), weights, statistics),
                files);
        VersionRegistry registry = new VersionRegistry(root);
        registry.publish(manifest, Map.of(WeightsFile.name(0), part, EncoderFile.NAME, encoder), yaml);
        return registry.directory(version);
    }
}
