package org.drlput.common.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.drlput.common.ledger.Ledger;
import org.drlput.common.ledger.LedgerException;
import org.drlput.common.version.VersionBytes;
import org.drlput.common.version.VersionException;
import org.drlput.common.version.VersionRegistry;
import org.jspecify.annotations.Nullable;

/** Versions of a registry directory, whose aliases are looked at again and again. */
final class DirectorySource implements VersionSource {
    private static final String LATEST = "latest";

    private final Path root;
    private final VersionRegistry registry;
    private final Ledger ledger;
    private final long maxBytes;
    private final long pollNanos;
    private final CountDownLatch closed = new CountDownLatch(1);
    /** When to look next. */
    private long due = System.nanoTime();

    DirectorySource(Path root, long maxBytes, Duration pollInterval) {
        this.root = root;
        this.registry = new VersionRegistry(root);
        this.ledger = new Ledger(root, Clock.systemUTC());
        this.maxBytes = maxBytes;
        this.pollNanos = pollInterval.toNanos();
    }

    @Override
    public @Nullable Sighting next(String alias, Duration atMost) throws SourceException, InterruptedException {
        long wait = due - System.nanoTime();
        boolean inTime = wait <= atMost.toNanos();
        if (closed.await(inTime ? wait : atMost.toNanos(), TimeUnit.NANOSECONDS) || !inTime) {
            return null;
        }
        due = System.nanoTime() + pollNanos;
        return new Sighting(version(alias));
    }

    private OptionalLong version(String alias) throws SourceException {
        if (!Files.isDirectory(root)) {
            throw new SourceException("%s: is no directory, expected one with versions".formatted(root), null);
        }
        try {
            if (alias.equals(LATEST)) {
                List<Long> versions = registry.versions();
                return versions.isEmpty() ? OptionalLong.empty() : OptionalLong.of(versions.get(versions.size() - 1));
            }
            Long version = ledger.state().aliases().get(alias);
            return version == null ? OptionalLong.empty() : OptionalLong.of(version);
        } catch (LedgerException | VersionException e) {
            throw new SourceException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public VersionBytes fetch(long version, @Nullable Known known) throws SourceException {
        Path directory = registry.directory(version);
        try {
            return VersionBytes.read(directory, maxBytes);
        } catch (IOException e) {
            throw new SourceException("%s: can not be read: %s".formatted(directory, e), e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
