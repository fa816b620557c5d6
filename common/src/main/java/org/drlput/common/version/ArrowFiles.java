package org.drlput.common.version;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.types.pojo.Schema;

/** Reads Arrow IPC files of a known schema, batch by batch. */
final class ArrowFiles {
    private ArrowFiles() {}

    /**
     * Gives each record batch of a file to {@code batch}; what is wrong with the file is added to {@code problems}.
     *
     * @param format what the schema's metadata says under {@link WeightsFile#FORMAT_KEY}
     */
    static void read(
            ArrowSource file, Schema schema, String format, List<String> problems, Consumer<VectorSchemaRoot> batch) {
        BufferAllocator allocator = new RootAllocator();
        try (SeekableByteChannel channel = file.open();
                ArrowFileReader reader = new ArrowFileReader(channel, allocator)) {
            VectorSchemaRoot root = reader.getVectorSchemaRoot();
            Map<String, String> metadata = root.getSchema().getCustomMetadata();
            if (!format.equals(metadata.get(WeightsFile.FORMAT_KEY))
                    || !root.getSchema().getFields().equals(schema.getFields())) {
                problems.add("%s: is %s with columns %s, expected %s with columns %s: this file is not of this DRL-PUT"
                        .formatted(
                                file.name(),
                                metadata.getOrDefault(WeightsFile.FORMAT_KEY, "some Arrow file"),
                                names(root.getSchema()),
                                format,
                                names(schema)));
                return;
            }
            while (reader.loadNextBatch()) {
                requireNoNulls(root);
                batch.accept(root);
            }
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            problems.add("%s: can not be read as %s: %s: is the file whole?".formatted(file.name(), format, cause(e)));
        } finally {
            // of a broken file Arrow's reader loses buffers: closing would complain of that, not of the file
            if (allocator.getAllocatedMemory() == 0) {
                allocator.close();
            }
        }
    }

    private static List<String> names(Schema schema) {
        return schema.getFields().stream().map(field -> field.toString()).toList();
    }

    private static void requireNoNulls(VectorSchemaRoot root) {
        for (FieldVector vector : root.getFieldVectors()) {
            if (vector.getNullCount() > 0) {
                throw new IllegalArgumentException("column '%s' has nulls".formatted(vector.getName()));
            }
        }
    }

    static String cause(Throwable e) {
        String message = e.getMessage();
        String first =
                message == null ? "" : message.lines().findFirst().orElse("").strip();
        return first.isEmpty() ? e.getClass().getSimpleName() : first;
    }
}
