package org.drlput.common.simulate;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import org.apache.arrow.dataset.file.DatasetFileWriter;
import org.apache.arrow.dataset.file.FileFormat;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/** Parquet files, by arrow-dataset, which pulls its batches and writes to a directory. */
final class ParquetWriter implements SimulatedFormat.Writer {
    private static final long RELEASE_NANOS = 10_000_000_000L;

    @Override
    public void write(Path file, MarketTable table, Iterator<LogRows> chunks) throws IOException {
        Path directory = file.resolveSibling(file.getFileName() + ".writing");
        Files.createDirectory(directory);
        try (BufferAllocator allocator = new RootAllocator();
                ChunkReader reader = new ChunkReader(allocator, table, chunks)) {
            DatasetFileWriter.write(
                    allocator,
                    reader,
                    FileFormat.PARQUET,
                    directory.toAbsolutePath().toUri().toString(),
                    new String[0],
                    1,
                    "part-{i}.parquet");
            awaitRelease(allocator);
        } catch (RuntimeException e) {
            // the native library reports a full disk so, with the cause in its message
            throw new IOException(e.getMessage(), e);
        }
        Files.move(directory.resolve("part-0.parquet"), file);
        Files.delete(directory);
    }

    /** The native threads give their last batches back a moment after the file is whole. */
    private static void awaitRelease(BufferAllocator allocator) throws IOException {
        long deadline = System.nanoTime() + RELEASE_NANOS;
        while (allocator.getAllocatedMemory() > 0 && System.nanoTime() < deadline) {
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
        }
    }

    private static final class ChunkReader extends ArrowReader {
        private final MarketTable table;
        private final Iterator<LogRows> chunks;

        ChunkReader(BufferAllocator allocator, MarketTable table, Iterator<LogRows> chunks) {
            super(allocator);
            this.table = table;
            this.chunks = chunks;
        }

        @Override
        public boolean loadNextBatch() throws IOException {
            prepareLoadNextBatch();
            if (!chunks.hasNext()) {
                return false;
            }
            table.write(chunks.next(), getVectorSchemaRoot());
            return true;
        }

        @Override
        public long bytesRead() {
            return 0;
        }

        @Override
        protected void closeReadSource() {
            // reads from memory
        }

        @Override
        protected Schema readSchema() {
            return table.schema();
        }
    }
}
