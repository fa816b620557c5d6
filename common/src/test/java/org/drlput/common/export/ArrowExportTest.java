package org.drlput.common.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.TensorPieces;
import org.drlput.common.version.TestVersions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrowExportTest {
    @TempDir
    Path root;

    @Test
    void oneFileHoldsEveryTensorAndWhatTheyMean() throws Exception {
        VersionFiles files = VersionFiles.read(ExportedVersions.publish(root, TestVersions.YAML, 5));
        Path file = root.resolve("policy.arrow");

        ExportFormat.ARROW.write(files, file);

        Map<String, float[]> found = new LinkedHashMap<>();
        try (RootAllocator allocator = new RootAllocator();
                FileChannel channel = FileChannel.open(file);
                ArrowFileReader reader = new ArrowFileReader(channel, allocator)) {
            VectorSchemaRoot batch = reader.getVectorSchemaRoot();
            assertThat(batch.getSchema().getCustomMetadata())
                    .containsEntry("drlput.format", "version/1")
                    .containsEntry("drlput.manifest", files.manifestJson())
                    .containsEntry("drlput.experiment", TestVersions.YAML)
                    .containsKeys("drlput.encoder", "drlput.actions");
            while (reader.loadNextBatch()) {
                TensorPieces.Piece piece = TensorPieces.read(batch, 0);
                float[] values = new float[piece.count()];
                assertThat(piece.count()).isEqualTo(piece.rows() * piece.columns());
                piece.values().get(values);
                found.put(piece.tensor(), values);
            }
        }
        Parameters weights = files.version().weights();
        assertThat(found.keySet())
                .containsExactlyElementsOf(
                        weights.tensors().stream().map(TensorSpec::name).toList());
        found.forEach((name, values) -> assertThat(values).as(name).isEqualTo(weights.values(name)));
    }
}
