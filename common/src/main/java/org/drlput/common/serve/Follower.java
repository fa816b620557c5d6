package org.drlput.common.serve;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.drlput.common.serve.VersionSource.Known;
import org.drlput.common.serve.VersionSource.Sighting;
import org.drlput.common.serve.VersionSource.SourceException;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionBytes;
import org.drlput.common.version.VersionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows an alias on a thread of its own: looks where it stands, pulls that version, verifies it in memory, swaps it in, and only
 * then keeps it on disk. Whatever goes wrong is tried again, ever more seldom; what is served stays.
 */
final class Follower implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
    private static final long FIRST_BACKOFF_MILLIS = 50;
    private static final long LAST_BACKOFF_MILLIS = 5_000;
    /** A version is kept when it has been served for so long: swaps in quick succession do not wait for the disk. */
    private static final Duration BEFORE_KEEPING = Duration.ofSeconds(1);

    private static final Duration LONG = Duration.ofMinutes(1);
    /** How often the disk is told that the version is still the alias', as a part of its greatest age. */
    private static final int CONFIRMATIONS = 20;

    private static final long CLOSE_MILLIS = 10_000;

    private final String alias;
    private final PolicyClientOptions options;
    private final Served served;
    private final VersionSource source;
    private final @Nullable LocalStore store;
    private final Clock clock;
    private final Thread thread;
    private final CountDownLatch firstRound = new CountDownLatch(1);
    private volatile boolean closed;
    private volatile long swaps;
    /** What is wrong just now; null: nothing. */
    private volatile @Nullable String problem;

    /** Why the version that is served is not on local disk; null: it is, or will be soon. */
    private volatile @Nullable String unkeptBecause;

    /** What the alias named last. */
    private OptionalLong wanted = OptionalLong.empty();
    /** Served, and not yet kept on disk. */
    private @Nullable VersionBytes unkept;

    private long keepAt;
    private long confirmAt = System.nanoTime();
    private Instant confirmed = Instant.EPOCH;
    private int failures;

    Follower(
            String alias,
            PolicyClientOptions options,
            Served served,
            VersionSource source,
            @Nullable LocalStore store,
            Clock clock) {
        this.alias = alias;
        this.options = options;
        this.served = served;
        this.source = source;
        this.store = store;
        this.clock = clock;
        thread = new Thread(this, "policy-" + alias);
        thread.setDaemon(true);
    }

    /** Begins, and waits for the first version, or its failure, or so long; then for the version that was kept, if it is needed. */
    void start(Duration atMost) throws InterruptedException {
        thread.start();
        boolean answered = firstRound.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        if (served.serving() == null) {
            if (!answered) {
                problem = "%s: no answer in %d ms".formatted(options.place(), atMost.toMillis());
            }
            startFromStore();
        }
    }

    @Nullable
    String problem() {
        String following = problem;
        return following != null ? following : unkeptBecause;
    }

    long swaps() {
        return swaps;
    }

    @Override
    public void run() {
        try {
            while (!closed) {
                round();
                firstRound.countDown();
            }
        } catch (InterruptedException e) {
            // by close
        } finally {
            firstRound.countDown();
            keepAtTheEnd();
        }
    }

    /** An interrupted thread can not write files, and close interrupts this one, be it while it writes: once. */
    private void keepAtTheEnd() {
        for (int attempt = 0; attempt < 2 && (attempt == 0 || unkept != null); attempt++) {
            Thread.interrupted();
            keep();
        }
    }

    private void round() throws InterruptedException {
        try {
            Sighting sighting = source.next(alias, waiting());
            if (sighting != null) {
                wanted = sighting.version();
            }
            act(sighting != null);
        } catch (SourceException e) {
            failed(e, String.valueOf(e.getMessage()));
            Thread.sleep(backoffMillis());
        } catch (VersionException e) {
            served.refused();
            failed(e, "version %d of alias '%s' is refused: %s".formatted(wanted.orElse(-1), alias, e.getMessage()));
        } catch (RuntimeException e) {
            // a follower that dies would leave its ad server with an old version, and say nothing
            failed(e, e.toString());
            Thread.sleep(backoffMillis());
        }
    }

    private Duration waiting() {
        if (wanted.isPresent() && !isServed(wanted.getAsLong())) {
            return Duration.ofMillis(backoffMillis());
        }
        long untilKept = unkept == null ? Long.MAX_VALUE : Math.max(0, keepAt - System.nanoTime());
        return untilKept < LONG.toNanos() ? Duration.ofNanos(untilKept) : LONG;
    }

    private void act(boolean fresh) throws SourceException, InterruptedException {
        if (wanted.isEmpty()) {
            if (fresh) {
                say("%s: alias '%s' names no version: publish one, or move the alias"
                        .formatted(options.place(), alias));
            }
            return;
        }
        long version = wanted.getAsLong();
        if (!isServed(version)) {
            pull(version);
        } else if (fresh) {
            served.confirmed();
            confirmed = clock.instant();
        }
        if (fresh || isServed(version)) {
            failures = 0;
            problem = null;
        }
        if (unkept != null && System.nanoTime() >= keepAt) {
            keep();
        } else {
            confirmKept();
        }
    }

    private boolean isServed(long version) {
        Serving serving = served.serving();
        return serving != null && serving.number() == version;
    }

    private void pull(long number) throws SourceException, InterruptedException {
        Serving last = served.serving();
        Known known = store == null ? null : store.known();
        VersionBytes bytes;
        Version version;
        try {
            bytes = source.fetch(number, known);
            version = verified(bytes, number, last);
        } catch (VersionException e) {
            if (known == null) {
                throw e;
            }
            // it may be the copy on disk that is damaged
            bytes = source.fetch(number, null);
            version = verified(bytes, number, last);
        }
        install(Serving.of(version, last), 0);
        confirmed = clock.instant();
        if (store != null) {
            unkept = bytes;
            keepAt = System.nanoTime() + BEFORE_KEEPING.toNanos();
        }
    }

    private static Version verified(VersionBytes bytes, long number, @Nullable Serving last) {
        Version version = Version.of(bytes, last == null ? null : last.version());
        if (version.manifest().version() != number) {
            throw new VersionException("%s: is version %d, expected %d"
                    .formatted(bytes.place(), version.manifest().version(), number));
        }
        return version;
    }

    private synchronized void install(Serving next, long ageNanos) {
        served.swap(next, ageNanos);
        swaps++;
        LOG.info("alias {}: serving version {}", alias, next.number());
        options.onSwap().accept(next.number());
    }

    /** Serves what was kept, unless a version has come meanwhile. */
    private void startFromStore() {
        if (store == null) {
            return;
        }
        try {
            Optional<LocalStore.Stored> stored = store.load();
            if (stored.isEmpty()) {
                return;
            }
            VersionBytes bytes = VersionBytes.read(stored.get().directory(), options.maxVersionBytes());
            Serving serving = Serving.of(Version.of(bytes, null), null);
            Duration age = Duration.between(stored.get().confirmed(), clock.instant());
            synchronized (this) {
                if (served.serving() == null) {
                    // a clock that was set back makes no version younger than now
                    install(serving, Math.max(0, age.toNanos()));
                }
            }
        } catch (VersionException e) {
            served.refused();
            LOG.warn("alias {}: the version that was kept is refused: {}", alias, e.getMessage());
        } catch (IOException | ArithmeticException e) {
            LOG.warn("alias {}: the version that was kept can not be read: {}", alias, e.toString());
        }
    }

    private void keep() {
        VersionBytes bytes = unkept;
        Serving serving = served.serving();
        if (store == null || bytes == null || serving == null) {
            return;
        }
        try {
            store.keep(serving.number(), bytes, confirmed);
            unkept = null;
            unkeptBecause = null;
            confirmAt = System.nanoTime() + confirmNanos();
        } catch (IOException e) {
            String what = "version %d can not be kept on disk: %s".formatted(serving.number(), e);
            LOG.warn("alias {}: {}", alias, what);
            unkeptBecause = what;
            keepAt = System.nanoTime() + LONG.toNanos();
        }
    }

    private void confirmKept() {
        Serving serving = served.serving();
        if (store == null
                || unkept != null
                || serving == null
                || store.keptVersion() != serving.number()
                || System.nanoTime() < confirmAt) {
            return;
        }
        confirmAt = System.nanoTime() + confirmNanos();
        try {
            store.confirm(confirmed);
        } catch (IOException e) {
            LOG.warn("alias {}: {}", alias, e.toString());
        }
    }

    private long confirmNanos() {
        return Math.min(LONG.toNanos(), options.maxAge().toNanos() / CONFIRMATIONS);
    }

    private long backoffMillis() {
        if (failures == 0) {
            return 0;
        }
        long most = Math.min(LAST_BACKOFF_MILLIS, FIRST_BACKOFF_MILLIS << Math.min(failures - 1, 20));
        // many clients of one server do not come back all at once
        return most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1);
    }

    private void failed(Exception error, String what) {
        failures++;
        if (closed) {
            return;
        }
        say(what);
        LOG.debug("alias {}", alias, error);
    }

    /** Told once, however often it is tried again. */
    private void say(String what) {
        if (!what.equals(problem)) {
            LOG.warn("alias {}: {}", alias, what);
        }
        problem = what;
    }

    /** Ends following; what is served but not kept yet is kept. */
    @Override
    public void close() {
        closed = true;
        source.close();
        thread.interrupt();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (store != null) {
            store.close();
        }
    }
}
