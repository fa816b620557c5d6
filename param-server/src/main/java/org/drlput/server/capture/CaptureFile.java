package org.drlput.server.capture;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.arrow.vector.types.pojo.Schema;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.AtomicFile;
import org.drlput.common.version.Manifest;
import org.drlput.common.version.TensorPieces;
import org.drlput.server.optimizer.Optimizer;
import org.drlput.server.shard.CaptureCopy;
import org.drlput.server.shard.CaptureKey;

/**
 * {@code shard-<i>-of-<N>.capture}: one shard's part of a capture.
 *
 * <p>An Arrow IPC stream whose schema carries the {@link CaptureHeader}, with the table of {@link TensorPieces}: the weights under
 * their names, then the optimizer's arrays, named {@code <tensor>/<what>} and of their tensor's shape. After the end of the stream,
 * where readers of Arrow stop, stands the seal of {@link AtomicFile#writeSealed}.
 */
final class CaptureFile {
    private static final String FORMAT_KEY = "drlput.format";
    private static final String FORMAT = "capture/1";
    private static final String HEADER_KEY = "drlput.capture";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private CaptureFile() {}

    static String name(int shard, int shardCount) {
        return "shard-%d-of-%d.capture".formatted(shard, shardCount);
    }

    /**
     * Makes a part durable; where that fails, nothing of it is left.
     *
     * @param tensors the whole ones, in the order of the copy's weights
     */
    static Manifest.File write(Path file, CaptureCopy copy, int shard, List<TensorSpec> tensors) throws IOException {
        try {
            return AtomicFile.writeSealed(file, out -> {
                Map<String, String> metadata = new TreeMap<>();
                metadata.put(FORMAT_KEY, FORMAT);
                metadata.put(HEADER_KEY, JSON.writeValueAsString(CaptureHeader.of(copy, shard)));
                try (BufferAllocator allocator = new RootAllocator();
                        VectorSchemaRoot root = VectorSchemaRoot.create(TensorPieces.schema(metadata), allocator);
                        ArrowStreamWriter writer = new ArrowStreamWriter(root, null, TensorPieces.keptOpen(out))) {
                    writer.start();
                    writeTensors(copy, shard, tensors, root, writer);
                    writer.end();
                }
            });
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + AtomicFile.TEMPORARY));
            throw e;
        }
    }

    private static void writeTensors(
            CaptureCopy copy, int shard, List<TensorSpec> tensors, VectorSchemaRoot root, ArrowWriter writer)
            throws IOException {
        ShardLayout layout = new ShardLayout(copy.opening().shardCount());
        for (int t = 0; t < tensors.size(); t++) {
            TensorSpec tensor = tensors.get(t);
            TensorPieces.write(
                    tensor, layout.firstRow(tensor, shard), copy.weights().values(t), root, writer);
        }
        for (Optimizer.State state : copy.optimizer().arrays()) {
            TensorSpec tensor = tensors.get(copy.weights().index(state.tensor()));
            TensorPieces.write(
                    named(tensor, state.name()), layout.firstRow(tensor, shard), state.values(), root, writer);
        }
    }

    /** A tensor of the same shape with another name. */
    static TensorSpec named(TensorSpec tensor, String name) {
        return new TensorSpec(name, tensor.rows(), tensor.columns(), tensor.role());
    }

    /** Takes a part of a capture as it is read. */
    interface Content {
        /** First; may refuse it. */
        void header(CaptureHeader header) throws CaptureException;

        void piece(TensorPieces.Piece piece) throws CaptureException;
    }

    /**
     * Reads a part whose seal is whole.
     *
     * @throws CaptureException where it is damaged, cut short, or not a part of this capture
     * @throws FileSystemException where the file can not be reached: the same part may be whole later
     */
    static void read(Path file, CaptureKey key, int shard, int shardCount, Content content)
            throws CaptureException, FileSystemException {
        BufferAllocator allocator = new RootAllocator();
        try {
            AtomicFile.contentOfSealed(file);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                    ArrowStreamReader reader = new ArrowStreamReader(channel, allocator)) {
                VectorSchemaRoot root = reader.getVectorSchemaRoot();
                CaptureHeader header = header(file, root.getSchema());
                requireSame(file, "capture", header.key(), key);
                requireSame(file, "part", name(header.shard(), header.shardCount()), name(shard, shardCount));
                content.header(header);
                while (reader.loadNextBatch()) {
                    for (int i = 0; i < root.getRowCount(); i++) {
                        content.piece(TensorPieces.read(root, i));
                    }
                }
            }
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw new CaptureException(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException | OutOfMemoryError e) {
            throw new CaptureException(file + ": can not be read as " + FORMAT + ": " + e, e);
        } finally {
            // of a broken file Arrow's reader loses buffers: closing would complain of that, not of the file
            if (allocator.getAllocatedMemory() == 0) {
                allocator.close();
            }
        }
    }

    private static CaptureHeader header(Path file, Schema schema) throws IOException, CaptureException {
        Map<String, String> metadata = schema.getCustomMetadata();
        String header = metadata.get(HEADER_KEY);
        boolean sameColumns =
                schema.getFields().equals(TensorPieces.schema(Map.of()).getFields());
        if (!FORMAT.equals(metadata.get(FORMAT_KEY)) || header == null || !sameColumns) {
            throw new CaptureException("%s: is %s, expected %s: this file is not of this DRL-PUT"
                    .formatted(file, metadata.getOrDefault(FORMAT_KEY, "some Arrow stream"), FORMAT));
        }
        return JSON.readValue(header, CaptureHeader.class);
    }

    static void requireSame(Path file, String what, Object found, Object expected) throws CaptureException {
        if (!found.equals(expected)) {
            throw new CaptureException("%s: %s: found %s, expected %s".formatted(file, what, found, expected));
        }
    }

    /** Only the seals and headers. */
    static Content headersTo(Consumer<CaptureHeader> headers) {
        return new Content() {
            @Override
            public void header(CaptureHeader header) {
                headers.accept(header);
            }

            @Override
            public void piece(TensorPieces.Piece piece) {
                // its bytes are sealed
            }
        };
    }
}
