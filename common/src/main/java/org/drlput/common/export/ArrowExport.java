package org.drlput.common.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.AtomicFile;
import org.drlput.common.version.TensorPieces;

/**
 * A version as one Arrow IPC file: all tensors of all shards as the table of {@link TensorPieces}, in the network's order; manifest,
 * experiment and encoder in the schema's metadata, that of {@link ExportMetadata}. Of any size, in constant memory beside the
 * weights.
 */
final class ArrowExport {
    private ArrowExport() {}

    static void write(VersionFiles files, Path file) throws IOException {
        Parameters weights = files.version().weights();
        AtomicFile.write(file, out -> {
            try (BufferAllocator allocator = new RootAllocator();
                    VectorSchemaRoot root = VectorSchemaRoot.create(
                            TensorPieces.schema(ExportMetadata.of(files, "version/1")), allocator);
                    ArrowFileWriter writer = new ArrowFileWriter(root, null, TensorPieces.keptOpen(out))) {
                writer.start();
                List<TensorSpec> tensors = weights.tensors();
                for (int t = 0; t < tensors.size(); t++) {
                    TensorPieces.write(tensors.get(t), 0, weights.values(t), root, writer);
                }
                writer.end();
            }
        });
    }
}
