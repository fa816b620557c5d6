package org.drlput.common.ledger;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.drlput.common.version.AtomicFile;
import org.drlput.common.version.VersionRegistry;

/**
 * Who reads a version just now holds a lease of it: {@code leases/<version>-<millis of its end>-<uuid>}, an empty file. One that ran
 * out holds nothing, so that who dies holds nothing for long. Any number of threads and processes; no state.
 */
public final class Leases {
    static final String FOLDER = "leases";

    private static final Pattern NAME = Pattern.compile("(\\d{1,12})-(\\d{1,18})-[0-9a-f-]{36}");

    private final Path root;
    private final Path folder;
    private final VersionRegistry registry;
    private final Clock clock;

    public Leases(Path root, Clock clock) {
        this.root = root;
        this.folder = root.resolve(FOLDER);
        this.registry = new VersionRegistry(root);
        this.clock = clock;
    }

    /** A version, held until the lease is closed, or its time is over. Any thread. */
    public final class Lease implements AutoCloseable {
        private final long version;
        private Path file;
        private boolean closed;

        private Lease(long version, Path file) {
            this.version = version;
            this.file = file;
        }

        /** Holds it for so long from now on. */
        public synchronized void renew(Duration duration) throws IOException {
            if (!closed) {
                Path next = write(version, duration);
                Files.deleteIfExists(file);
                file = next;
            }
        }

        @Override
        public synchronized void close() throws IOException {
            closed = true;
            Files.deleteIfExists(file);
        }
    }

    /**
     * Takes a lease.
     *
     * @throws RefusedChangeException where there is no such version
     */
    public Lease take(long version, Duration duration) throws IOException {
        // or retention could look at the leases just before, and remove the version just after
        try (LedgerLock ignored = LedgerLock.take(root)) {
            if (!registry.has(version)) {
                throw new RefusedChangeException(
                        RefusedChangeException.Reason.UNKNOWN,
                        "version %d: there is none of this number here".formatted(version));
            }
            return new Lease(version, write(version, duration));
        }
    }

    private Path write(long version, Duration duration) throws IOException {
        AtomicFile.createFolder(folder);
        long end = clock.millis() + duration.toMillis();
        return Files.createFile(folder.resolve("%d-%d-%s".formatted(version, end, UUID.randomUUID())));
    }

    /** Versions that are leased now. Removes what has run out. */
    Set<Long> held() throws IOException {
        Set<Long> held = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (!name.matches()) {
                    continue;
                }
                if (Long.parseLong(name.group(2)) > clock.millis()) {
                    held.add(Long.parseLong(name.group(1)));
                } else {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException e) {
            // nobody ever had one
        }
        return held;
    }
}
