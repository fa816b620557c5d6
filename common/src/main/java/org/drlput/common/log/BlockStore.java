package org.drlput.common.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.FirstPassResult.BlockFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads the blocks of a first pass, any of them, in any order. Opening checks that every file is there with its size, reading
 * checks the block's CRC-32C. One thread; open one per thread. Errors: {@link LogException}, naming file and block.
 */
public final class BlockStore implements AutoCloseable {
    private final Path directory;
    private final BlockSchema schema;
    private final List<BlockFile> files;
    /** Index of each file's first block, and at the end the number of blocks. */
    private final long[] firstBlock;

    private final BufferAllocator allocator = new RootAllocator();
    private final @Nullable OpenFile[] open;

    private record OpenFile(ChecksumChannel channel, ArrowFileReader reader) {}

    private BlockStore(Path directory, Experiment experiment, List<BlockFile> files) {
        this.directory = directory;
        this.files = List.copyOf(files);
        schema = new BlockSchema(experiment);
        firstBlock = new long[files.size() + 1];
        for (int i = 0; i < files.size(); i++) {
            firstBlock[i + 1] = firstBlock[i] + files.get(i).blocks();
        }
        open = new OpenFile[files.size()];
    }

    /** The blocks of a first pass, {@code directory} being its output. */
    public static BlockStore open(Path directory, Experiment experiment, FirstPassResult result) {
        return open(directory, experiment, result.blockFiles());
    }

    /** Any block files of one directory, as one sequence of blocks. */
    public static BlockStore open(Path directory, Experiment experiment, List<BlockFile> files) {
        List<String> problems = new ArrayList<>();
        for (BlockFile file : files) {
            Path path = directory.resolve(file.name());
            try {
                long bytes = Files.size(path);
                if (bytes != file.bytes()) {
                    problems.add("%s: has %d bytes, expected %d: make the first pass again"
                            .formatted(path, bytes, file.bytes()));
                }
            } catch (IOException e) {
                problems.add("%s: is missing: make the first pass again".formatted(path));
            }
        }
        if (!problems.isEmpty()) {
            throw new LogException(problems, null);
        }
        return new BlockStore(directory, experiment, files);
    }

    public long blockCount() {
        return firstBlock[files.size()];
    }

    public Block read(long blockIndex) {
        if (blockIndex < 0 || blockIndex >= blockCount()) {
            throw new IllegalArgumentException("block %d: expected 0 to %d".formatted(blockIndex, blockCount() - 1));
        }
        int at = java.util.Arrays.binarySearch(firstBlock, blockIndex);
        // A file without blocks is never written, so a hit is the block's own file.
        int file = at >= 0 ? at : -at - 2;
        int block = (int) (blockIndex - firstBlock[file]);
        try {
            OpenFile in = openFile(file);
            in.channel.mark();
            in.reader.loadRecordBatch(in.reader.getRecordBlocks().get(block));
            long expected = files.get(file).blockCrc32c().get(block);
            if (in.channel.crc32c() != expected) {
                throw broken(
                        file,
                        block,
                        "its checksum is %08x, expected %08x".formatted(in.channel.crc32c(), expected),
                        null);
            }
            return schema.read(in.reader.getVectorSchemaRoot());
        } catch (IOException | IndexOutOfBoundsException | IllegalStateException e) {
            throw broken(file, block, LogReader.firstLine(e), e);
        } catch (LogException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw broken(file, block, LogReader.firstLine(e), e);
        }
    }

    private OpenFile openFile(int file) throws IOException {
        OpenFile in = open[file];
        if (in == null) {
            ChecksumChannel channel = new ChecksumChannel(
                    Files.newByteChannel(directory.resolve(files.get(file).name())));
            ArrowFileReader reader = new ArrowFileReader(channel, allocator);
            in = new OpenFile(channel, reader);
            open[file] = in;
            if (!reader.getVectorSchemaRoot().getSchema().equals(schema.arrow())) {
                throw new LogException("%s: has the columns of another experiment: make the first pass again"
                        .formatted(directory.resolve(files.get(file).name())));
            }
        }
        return in;
    }

    private LogException broken(int file, int block, String what, @Nullable Throwable cause) {
        String text = "%s: block %d is broken: %s: make the first pass again"
                .formatted(directory.resolve(files.get(file).name()), block, what);
        return new LogException(List.of(text), cause);
    }

    @Override
    public void close() {
        try {
            for (OpenFile in : open) {
                if (in != null) {
                    in.reader.close();
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } finally {
            allocator.close();
        }
    }
}
