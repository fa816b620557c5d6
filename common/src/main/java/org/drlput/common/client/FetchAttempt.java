package org.drlput.common.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.drlput.common.wire.Statuses;
import org.drlput.common.wire.v1.FetchVersionRequest;
import org.drlput.common.wire.v1.FileChunk;
import org.jspecify.annotations.Nullable;

/** The files of a version, written into an empty directory as they come; what is unchanged comes from a version that is here. */
final class FetchAttempt extends Attempt<FetchVersionRequest, FileChunk, Path> {
    private static final int COPY_BYTES = 1 << 16;

    private final Path directory;
    /** Null: nothing is here, so that nothing may be left out. */
    private final @Nullable Path known;

    private final Set<String> names = new HashSet<>();
    private String name = "";
    private @Nullable OutputStream out;
    private long written;

    FetchAttempt(Path directory, @Nullable Path known) {
        this.directory = directory;
        this.known = known;
    }

    @Override
    void accept(FileChunk chunk) {
        try {
            if (!chunk.getName().equals(name)) {
                next(chunk.getName());
            }
            if (chunk.getOffset() != written || out == null) {
                throw Statuses.dataLoss("file %s: found bytes from %d on, expected them from %d on"
                        .formatted(name, chunk.getOffset(), written));
            }
            chunk.getContent().writeTo(out);
            written += chunk.getContent().size();
            if (chunk.getUnchangedBytes() != 0) {
                copy(chunk.getUnchangedBytes(), out);
            }
        } catch (IOException e) {
            close();
            throw Statuses.internal("file %s can not be written: %s".formatted(directory.resolve(name), e));
        }
    }

    private void next(String next) throws IOException {
        // a name from the network must not lead out of the directory
        if (!next.matches("[A-Za-z0-9][A-Za-z0-9._-]*") || !names.add(next)) {
            throw Statuses.dataLoss("file '%s': is no name of a version's file, or comes twice".formatted(next));
        }
        close();
        name = next;
        written = 0;
        out = Files.newOutputStream(directory.resolve(next));
    }

    /** From the place in the known version's file of this name at which this one stands. */
    private void copy(long count, OutputStream to) throws IOException {
        Path file = known == null ? null : known.resolve(name);
        if (file == null || count < 0 || !Files.isRegularFile(file) || Files.size(file) < written + count) {
            throw Statuses.dataLoss("file %s: %d bytes from %d on are said to be here already, and are not"
                    .formatted(name, count, written));
        }
        long end = written + count;
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
            while (written < end) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), end - written));
                int read = from.read(buffer, written);
                if (read < 0) {
                    throw new IOException(file + ": was cut short");
                }
                to.write(buffer.array(), 0, read);
                written += read;
            }
        }
    }

    private void close() {
        OutputStream open = out;
        out = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw Statuses.internal("file %s can not be written: %s".formatted(directory.resolve(name), e));
            }
        }
    }

    @Override
    Path finish() {
        close();
        return directory;
    }

    @Override
    public void onError(Throwable error) {
        close();
        super.onError(error);
    }

    /** Deletes a directory of files, if it is there. */
    static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }
}
