package org.drlput.common.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.FirstPassResult.BlockFile;
import org.jspecify.annotations.Nullable;

/**
 * Writes blocks, one after the other, to Arrow IPC files of up to so many blocks: {@code <name>-00000.arrow} and so on. One
 * thread. A writer that is closed before {@link #finish} leaves files that no result names.
 */
public final class BlockWriter implements AutoCloseable {
    private final Path directory;
    private final String name;
    private final int blocksPerFile;
    private final BlockSchema schema;
    private final BufferAllocator allocator = new RootAllocator();
    private final VectorSchemaRoot root;
    private final List<BlockFile> files = new ArrayList<>();
    private @Nullable ChecksumChannel channel;
    private @Nullable ArrowFileWriter writer;
    private List<Long> checksums = new ArrayList<>();
    private long rowsOfFile;

    public BlockWriter(Path directory, String name, int blocksPerFile, Experiment experiment) {
        this.directory = directory;
        this.name = name;
        this.blocksPerFile = blocksPerFile;
        schema = new BlockSchema(experiment);
        root = VectorSchemaRoot.create(schema.arrow(), allocator);
    }

    public void write(Block block) throws IOException {
        ChecksumChannel out = channel;
        ArrowFileWriter arrow = writer;
        if (out == null || arrow == null) {
            out = new ChecksumChannel(Files.newByteChannel(
                    directory.resolve(fileName()), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
            channel = out;
            arrow = new ArrowFileWriter(root, null, out);
            writer = arrow;
            arrow.start();
        }
        schema.write(block, root);
        out.mark();
        arrow.writeBatch();
        checksums.add(out.crc32c());
        rowsOfFile += block.rowCount();
        if (checksums.size() == blocksPerFile) {
            endFile();
        }
    }

    private String fileName() {
        return String.format(Locale.ROOT, "%s-%05d.arrow", name, files.size());
    }

    private void endFile() throws IOException {
        ChecksumChannel out = channel;
        ArrowFileWriter arrow = writer;
        if (out == null || arrow == null) {
            return;
        }
        arrow.end();
        out.close();
        files.add(new BlockFile(
                fileName(), checksums.size(), rowsOfFile, out.written(), out.sha256(), List.copyOf(checksums)));
        channel = null;
        writer = null;
        checksums = new ArrayList<>();
        rowsOfFile = 0;
    }

    /** Ends the last file. */
    public List<BlockFile> finish() throws IOException {
        endFile();
        return List.copyOf(files);
    }

    @Override
    public void close() throws IOException {
        try (ChecksumChannel out = channel) {
            channel = null;
            writer = null;
        } finally {
            root.close();
            allocator.close();
        }
    }
}
