package org.drlput.common.log;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.dataset.file.FileFormat;
import org.apache.arrow.dataset.file.FileSystemDatasetFactory;
import org.apache.arrow.dataset.jni.NativeMemoryPool;
import org.apache.arrow.dataset.scanner.ScanOptions;
import org.apache.arrow.dataset.scanner.Scanner;
import org.apache.arrow.dataset.source.Dataset;
import org.apache.arrow.dataset.source.DatasetFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** A log file that arrives as Arrow record batches: Arrow IPC (file or stream) and Parquet. */
final class ArrowLogFile implements LogFile {
    /** Rows of a batch of the Parquet reader: small batches keep memory small, larger ones gain nothing. */
    private static final int PARQUET_BATCH_ROWS = 32_768;

    private final String name;
    private final ArrowReader reader;
    /** Null for Parquet, whose reader opens the file itself. */
    private final @Nullable SeekableByteChannel channel;

    /** What the reader stands on, in the order of closing. */
    private final List<AutoCloseable> resources;

    private final BatchDecoder decoder;
    private long rowsBefore;
    private int batchRows;
    private int nextRow;

    private ArrowLogFile(
            String name,
            ArrowReader reader,
            @Nullable SeekableByteChannel channel,
            List<AutoCloseable> resources,
            BatchDecoder decoder) {
        this.name = name;
        this.reader = reader;
        this.channel = channel;
        this.resources = resources;
        this.decoder = decoder;
    }

    static ArrowLogFile open(LogInput input, LogFormat format, LogSchema schema, BufferAllocator allocator)
            throws IOException {
        List<AutoCloseable> resources = new ArrayList<>();
        try {
            ArrowReader reader;
            SeekableByteChannel channel = null;
            if (format == LogFormat.PARQUET) {
                reader = parquet(input, schema, allocator, resources);
            } else {
                channel = input.open();
                resources.add(channel);
                reader = format == LogFormat.ARROW_FILE
                        ? new ArrowFileReader(channel, allocator, CommonsCompressionFactory.INSTANCE)
                        : new ArrowStreamReader(channel, allocator, CommonsCompressionFactory.INSTANCE);
                resources.add(0, reader);
            }
            VectorSchemaRoot root = reader.getVectorSchemaRoot();
            check(schema.problems(input.name(), root.getSchema().getFields(), reader.getDictionaryVectors()));
            BatchDecoder decoder = new BatchDecoder(root, reader.getDictionaryVectors(), schema);
            return new ArrowLogFile(input.name(), reader, channel, resources, decoder);
        } catch (LogException e) {
            closeAll(resources);
            throw e;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            closeAll(resources);
            throw new LogException(
                    "%s: can not be read as %s: %s: is the file whole?"
                            .formatted(input.name(), describe(format), LogReader.firstLine(e)),
                    e);
        }
    }

    private static ArrowReader parquet(
            LogInput input, LogSchema schema, BufferAllocator allocator, List<AutoCloseable> resources)
            throws IOException {
        Path file = input.localFile();
        resources.add(() -> input.release(file));
        String uri = file.toAbsolutePath().toUri().toString();
        DatasetFactory factory =
                new FileSystemDatasetFactory(allocator, NativeMemoryPool.getDefault(), FileFormat.PARQUET, uri);
        resources.add(0, factory);
        // A projection on a missing column fails with a message that names neither file nor column.
        check(schema.problems(
                input.name(),
                factory.inspect().getFields().stream().map(Field::getName).toList()));
        Dataset dataset = factory.finish();
        resources.add(0, dataset);
        String[] columns = schema.columnNames().toArray(String[]::new);
        Scanner scanner = dataset.newScan(new ScanOptions(PARQUET_BATCH_ROWS, Optional.of(columns)));
        resources.add(0, scanner);
        ArrowReader reader = scanner.scanBatches();
        resources.add(0, reader);
        return reader;
    }

    private static void check(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new LogException(problems, null);
        }
    }

    private static String describe(LogFormat format) {
        return format == LogFormat.PARQUET ? "Parquet" : "Arrow IPC";
    }

    @Override
    public int read(BlockBuilder into) throws IOException {
        while (nextRow == batchRows) {
            rowsBefore += batchRows;
            nextRow = 0;
            batchRows = 0;
            if (!reader.loadNextBatch()) {
                return 0;
            }
            decoder.loaded(reader.getVectorSchemaRoot(), reader.getDictionaryVectors());
            batchRows = reader.getVectorSchemaRoot().getRowCount();
        }
        int count = Math.min(into.free(), batchRows - nextRow);
        decoder.decode(name, rowsBefore + nextRow + 1, nextRow, count, into);
        nextRow += count;
        return count;
    }

    @Override
    public long bytesRead() throws IOException {
        return channel == null ? 0 : channel.position();
    }

    @Override
    public void close() throws IOException {
        closeAll(resources);
    }

    private static void closeAll(List<AutoCloseable> resources) throws IOException {
        try {
            for (AutoCloseable resource : resources) {
                resource.close();
            }
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
