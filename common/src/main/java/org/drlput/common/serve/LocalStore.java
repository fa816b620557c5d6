package org.drlput.common.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.drlput.common.serve.VersionSource.Known;
import org.drlput.common.version.AtomicFile;
import org.drlput.common.version.VersionBytes;
import org.jspecify.annotations.Nullable;

/**
 * The last good version on local disk, for a start while the place of the versions is away.
 *
 * <p>{@code current.json} names the directory of the version, and when it was last known to be the alias'. A version is written
 * into a directory of its own, made durable, and then named; only then the one before is removed. So whatever dies when, a whole
 * version is named; what it holds is verified when it is read. One process at a time, by a lock. Thread-safe.
 */
final class LocalStore implements AutoCloseable {
    private static final String CURRENT = "current.json";
    private static final String LOCK = "lock";
    private static final int FORMAT_VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final String alias;
    private final FileChannel lock;
    private @Nullable String kept;
    private long keptVersion;

    private LocalStore(Path directory, String alias, FileChannel lock) {
        this.directory = directory;
        this.alias = alias;
        this.lock = lock;
    }

    /** A version as it lies in the store: nothing of it is verified. */
    record Stored(Path directory, Instant confirmed) {}

    /** @throws PolicyClientException where the directory can not be had, say because another process has it */
    static LocalStore open(Path directory, String alias) {
        FileChannel channel = null;
        try {
            AtomicFile.createFolder(directory);
            channel = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                throw new OverlappingFileLockException();
            }
            return new LocalStore(directory, alias, channel);
        } catch (OverlappingFileLockException e) {
            closeQuietly(channel);
            throw new PolicyClientException(
                    "%s: another client keeps its version here: give each client a directory of its own"
                            .formatted(directory),
                    e);
        } catch (IOException e) {
            closeQuietly(channel);
            throw new PolicyClientException(
                    "%s: can not keep a version here: %s: give a directory that can be written".formatted(directory, e),
                    e);
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // the lock goes with the process
        }
    }

    /**
     * What was kept last for this alias.
     *
     * @throws IOException where it can not be read
     */
    synchronized Optional<Stored> load() throws IOException {
        Path file = directory.resolve(CURRENT);
        try {
            JsonNode tree = JSON.readTree(Files.readAllBytes(file));
            String name = tree.path("directory").asText();
            if (tree.path("formatVersion").asInt() != FORMAT_VERSION || !name.matches("\\d{12}-[0-9a-f]{8}")) {
                throw new IOException(file + ": is none of a store of versions of this DRL-PUT");
            }
            if (!tree.path("alias").asText().equals(alias)) {
                return Optional.empty();
            }
            kept = name;
            keptVersion = tree.path("version").asLong(Decision.NO_VERSION);
            return Optional.of(new Stored(
                    directory.resolve(name),
                    Instant.parse(tree.path("confirmed").asText())));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (DateTimeException e) {
            throw new IOException(file + ": has no time of confirmation: " + e.getMessage(), e);
        }
    }

    /** Keeps a version, verified by now, in place of the one before. */
    synchronized void keep(long version, VersionBytes bytes, Instant confirmed) throws IOException {
        String name = "%012d-%s".formatted(version, UUID.randomUUID().toString().substring(0, 8));
        Path target = directory.resolve(name);
        Files.createDirectory(target);
        try {
            for (String file : bytes.names()) {
                write(target.resolve(file), bytes, file);
            }
            AtomicFile.syncFolder(target);
        } catch (IOException e) {
            remove(target);
            throw e;
        }
        keptVersion = version;
        kept = name;
        confirm(confirmed);
        removeOthers(name);
    }

    /** At its own name: nothing knows of the directory yet. */
    private static void write(Path file, VersionBytes bytes, String name) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            bytes.writeTo(name, out);
            out.force(true);
        }
    }

    /** The version that is kept; {@link Decision#NO_VERSION}: none. */
    synchronized long keptVersion() {
        return kept == null ? Decision.NO_VERSION : keptVersion;
    }

    /** The version that is kept, for who has to send another one; null: none. */
    synchronized @Nullable Known known() {
        return kept == null || keptVersion < 1 ? null : new Known(keptVersion, directory.resolve(kept));
    }

    /** Notes when the version that is kept was last known to be the alias'. */
    synchronized void confirm(Instant confirmed) throws IOException {
        if (kept == null) {
            return;
        }
        ObjectNode tree = JSON.createObjectNode()
                .put("formatVersion", FORMAT_VERSION)
                .put("alias", alias)
                .put("version", keptVersion)
                .put("directory", kept)
                .put("confirmed", confirmed.toString());
        byte[] json = JSON.writeValueAsBytes(tree);
        AtomicFile.write(directory.resolve(CURRENT), out -> writeAll(json, out));
    }

    private static void writeAll(byte[] bytes, WritableByteChannel out) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
    }

    private void removeOthers(String name) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "????????????-????????")) {
            for (Path entry : entries) {
                if (!entry.getFileName().toString().equals(name) && Files.isDirectory(entry)) {
                    remove(entry);
                }
            }
        }
    }

    private static void remove(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Override
    public void close() {
        closeQuietly(lock);
    }
}
