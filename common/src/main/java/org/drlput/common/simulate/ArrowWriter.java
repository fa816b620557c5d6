package org.drlput.common.simulate;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;

/** Arrow IPC files, a record batch for each chunk. */
final class ArrowWriter implements SimulatedFormat.Writer {
    @Override
    public void write(Path file, MarketTable table, Iterator<LogRows> chunks) throws IOException {
        try (BufferAllocator allocator = new RootAllocator();
                VectorSchemaRoot root = VectorSchemaRoot.create(table.schema(), allocator);
                SeekableByteChannel channel =
                        Files.newByteChannel(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                ArrowFileWriter writer = new ArrowFileWriter(root, null, channel)) {
            writer.start();
            while (chunks.hasNext()) {
                table.write(chunks.next(), root);
                writer.writeBatch();
            }
            writer.end();
        }
    }
}
