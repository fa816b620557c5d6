package org.drlput.common.log;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
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

    private final VectorSchemaRoot root;
    private final CRC32C crc = new CRC32C();
    private byte[] bytes = new byte[0];

    private record OpenFile(SeekableByteChannel channel, ArrowFileReader reader, List<ArrowBlock> blocks) {}

    private BlockStore(Path directory, Experiment experiment, List<BlockFile> files) {
        this.directory = directory;
        this.files = List.copyOf(files);
        schema = new BlockSchema(experiment);
        root = VectorSchemaRoot.create(schema.arrow(), allocator);
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
        OpenFile in = openFile(file);
        try {
            ArrowBlock place = in.blocks.get(block);
            int length = Math.toIntExact(place.getMetadataLength() + place.getBodyLength());
            if (bytes.length < length) {
                bytes = new byte[length];
            }
            readFully(in.channel, place.getOffset(), length);
            check(file, block, length);
            // What passes is what was written: Arrow parses nothing else.
            try (ArrowRecordBatch batch = MessageSerializer.deserializeRecordBatch(
                    new ReadChannel(Channels.newChannel(new ByteArrayInputStream(bytes, 0, length))),
                    place,
                    allocator)) {
                new VectorLoader(root).load(batch);
            }
            return schema.read(root);
        } catch (IOException | IndexOutOfBoundsException | ArithmeticException e) {
            throw broken(file, block, LogReader.firstLine(e), e);
        }
    }

    private void readFully(SeekableByteChannel channel, long offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
        channel.position(offset);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the file ends within it");
            }
        }
    }

    private void check(int file, int block, int length) {
        crc.reset();
        crc.update(bytes, 0, length);
        long expected = files.get(file).blockCrc32c().get(block);
        if (crc.getValue() != expected) {
            String what = "its checksum is %08x, expected %08x".formatted(crc.getValue(), expected);
            throw broken(file, block, what, null);
        }
    }

    private OpenFile openFile(int file) {
        OpenFile in = open[file];
        if (in != null) {
            return in;
        }
        Path path = directory.resolve(files.get(file).name());
        try {
            SeekableByteChannel channel = Files.newByteChannel(path);
            // Closed with its channel, by this class.
            @SuppressWarnings("resource")
            ArrowFileReader reader = new ArrowFileReader(channel, allocator);
            if (!reader.getVectorSchemaRoot().getSchema().equals(schema.arrow())) {
                channel.close();
                throw new LogException(path + ": has the columns of another experiment: make the first pass again");
            }
            in = new OpenFile(channel, reader, List.copyOf(reader.getRecordBlocks()));
            open[file] = in;
            return in;
        } catch (LogException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new LogException(
                    "%s: is broken: %s: make the first pass again".formatted(path, LogReader.firstLine(e)), e);
        }
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
            root.close();
            allocator.close();
        }
    }
}
