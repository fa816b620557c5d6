package org.drlput.common.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.drlput.common.wire.Statuses;
import org.drlput.common.wire.v1.FetchVersionRequest;
import org.drlput.common.wire.v1.FileChunk;
import org.jspecify.annotations.Nullable;

/** The files of a version, written into an empty directory as they come. */
final class FetchAttempt extends Attempt<FetchVersionRequest, FileChunk, Path> {
    private final Path directory;
    private final Set<String> names = new HashSet<>();
    private String name = "";
    private @Nullable OutputStream out;
    private long written;

    FetchAttempt(Path directory) {
        this.directory = directory;
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
