package org.drlput.common.version;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.tensor.TensorSpec;

/**
 * {@code weights-<i>.arrow}: one shard's part of all tensors, as an Arrow IPC file.
 *
 * <p>Its table is that of {@link TensorPieces}. A tensor of which a shard owns no row has no piece.
 */
public final class WeightsFile {
    static final String FORMAT_KEY = "drlput.format";
    static final String FORMAT = "weights/1";

    private WeightsFile() {}

    /** The name of a shard's part. */
    public static String name(int shard) {
        return "weights-" + shard + ".arrow";
    }

    /**
     * Writes a shard's part, as {@link AtomicFile} does; the same bytes for the same values.
     *
     * @param part the shard's rows of each tensor
     * @param full the whole tensors, in the order of {@code part}
     */
    public static Manifest.File write(Path file, ShardLayout layout, int shard, Parameters part, List<TensorSpec> full)
            throws IOException {
        check(layout, shard, part, full);
        Map<String, String> metadata = new TreeMap<>();
        metadata.put(FORMAT_KEY, FORMAT);
        metadata.put("drlput.shard", String.valueOf(shard));
        metadata.put("drlput.shards", String.valueOf(layout.shardCount()));
        return AtomicFile.write(file, out -> {
            try (BufferAllocator allocator = new RootAllocator();
                    VectorSchemaRoot root = VectorSchemaRoot.create(TensorPieces.schema(metadata), allocator);
                    ArrowFileWriter writer = new ArrowFileWriter(root, null, TensorPieces.keptOpen(out))) {
                writer.start();
                for (int t = 0; t < full.size(); t++) {
                    TensorPieces.write(full.get(t), layout.firstRow(full.get(t), shard), part.values(t), root, writer);
                }
                writer.end();
            }
        });
    }

    private static void check(ShardLayout layout, int shard, Parameters part, List<TensorSpec> full) {
        for (int t = 0; t < full.size(); t++) {
            TensorSpec expected = full.get(t).withRows(layout.rowCount(full.get(t), shard));
            if (!part.tensors().get(t).equals(expected)) {
                throw new IllegalArgumentException("shard %d of %d: part is %s, expected %s"
                        .formatted(shard, layout.shardCount(), part.tensors().get(t), expected));
            }
        }
    }

    /**
     * Whole tensors, put together from the parts of all shards, however many.
     *
     * @throws VersionException with every tensor that is unknown, of another shape, incomplete, twice there or not finite, and
     *     every file that is not of this format
     */
    public static Parameters read(List<Path> parts, List<TensorSpec> tensors) {
        String place = parts.isEmpty()
                ? "weights"
                : String.valueOf(parts.get(0).toAbsolutePath().getParent());
        return read(place, parts.stream().map(ArrowSource::of).toList(), tensors);
    }

    /** As {@link #read(List, List)}; {@code place} is what messages call all parts together. */
    static Parameters read(String place, List<ArrowSource> parts, List<TensorSpec> tensors) {
        WeightsReader reader = new WeightsReader(tensors);
        parts.forEach(reader::read);
        return reader.finish(place, parts.size());
    }
}
