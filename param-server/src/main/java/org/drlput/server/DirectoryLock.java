package org.drlput.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps two servers from being the same shard of the same data directory, in one process or two. */
final class DirectoryLock implements AutoCloseable {
    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws ServerStartException where another server has it, or the directory can not be used */
    static DirectoryLock take(Path data, int shard) {
        Path file = data.resolve("shard-" + shard + ".lock");
        FileChannel channel = null;
        try {
            Files.createDirectories(data);
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock(channel) == null) {
                channel.close();
                throw new ServerStartException(
                        "%s is served as shard %d by another server: stop that one, or use another directory"
                                .formatted(data, shard),
                        null);
            }
            return new DirectoryLock(channel);
        } catch (IOException e) {
            closeQuietly(channel);
            String reason = e instanceof FileAlreadyExistsException ? "it is a file" : e.toString();
            throw new ServerStartException("%s can not be used as data directory: %s".formatted(data, reason), e);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // the first failure is the one that is told
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }
}
