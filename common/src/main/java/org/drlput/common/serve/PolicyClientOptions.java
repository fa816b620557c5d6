package org.drlput.common.serve;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.drlput.common.math.Kernels;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link PolicyClient} works. Immutable: each {@code with} gives another one.
 *
 * <pre>{@code
 * PolicyClientOptions.server("ps-0:7400").withStore(Path.of("/var/lib/ads/policy")).withMaxAge(Duration.ofHours(6))
 * }</pre>
 */
public final class PolicyClientOptions {
    /** What the policy's share of the requests gets. */
    public enum Acting {
        /** The most probable action, which is what the gate judges versions by. */
        GREEDY,
        /** An action drawn by the policy's probabilities: its log has support where the policy itself doubts. */
        SAMPLED
    }

    /** Of a pull: more is not waited for. */
    private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(30);

    private static final int REPEAT_INTERVALS = 5;

    private final List<String> servers;
    private final @Nullable Path directory;
    private @Nullable Path store;
    private @Nullable Path manual;
    private Duration maxAge = Duration.ofHours(24);
    private Duration startTimeout = Duration.ofSeconds(5);
    private Duration pollInterval = Duration.ofSeconds(1);
    private Exploration exploration = Exploration.DEFAULT;
    private Acting acting = Acting.GREEDY;
    private long maxVersionBytes = 1L << 30;
    private Kernels kernels = Kernels.named("plain");
    private LongConsumer onSwap = version -> {};

    private PolicyClientOptions(List<String> servers, @Nullable Path directory) {
        this.servers = servers;
        this.directory = directory;
    }

    /** Versions of a parameter server: {@code host:port} of any of its shards, or of several, tried in turn. */
    public static PolicyClientOptions server(String... addresses) {
        if (addresses.length == 0) {
            throw new IllegalArgumentException("no server: expected host:port");
        }
        return new PolicyClientOptions(List.of(addresses), null);
    }

    /** Versions of a registry directory: a run's {@code --out}, or the {@code --data} of a parameter server. */
    public static PolicyClientOptions directory(Path registry) {
        return new PolicyClientOptions(List.of(), registry);
    }

    private PolicyClientOptions with(Consumer<PolicyClientOptions> change) {
        PolicyClientOptions copy = new PolicyClientOptions(servers, directory);
        copy.store = store;
        copy.manual = manual;
        copy.maxAge = maxAge;
        copy.startTimeout = startTimeout;
        copy.pollInterval = pollInterval;
        copy.exploration = exploration;
        copy.acting = acting;
        copy.maxVersionBytes = maxVersionBytes;
        copy.kernels = kernels;
        copy.onSwap = onSwap;
        change.accept(copy);
        return copy;
    }

    /** Where the last good version is kept, for a start without the server; a directory for this client alone. Default: nowhere. */
    public PolicyClientOptions withStore(Path keptIn) {
        return with(copy -> copy.store = keptIn);
    }

    /**
     * The experiment file whose manual setting requests get as long as no version was ever had, and whose actions they explore.
     * Default: none, and a client without a version does not start.
     */
    public PolicyClientOptions withManual(Path experimentFile) {
        return with(copy -> copy.manual = experimentFile);
    }

    /** How long a version is used after it was last known to be the alias'. Default: 24 hours. */
    public PolicyClientOptions withMaxAge(Duration age) {
        return with(copy -> copy.maxAge = positive("maxAge", age));
    }

    /** How long a start waits for the first version before it takes the one that was kept. Default: 5 seconds. */
    public PolicyClientOptions withStartTimeout(Duration timeout) {
        return with(copy -> copy.startTimeout = positive("startTimeout", timeout));
    }

    /**
     * How often a directory is looked at. A server tells changes at once, and every {@value #REPEAT_INTERVALS} intervals that there
     * are none. Default: 1 second.
     */
    public PolicyClientOptions withPollInterval(Duration interval) {
        return with(copy -> copy.pollInterval = positive("pollInterval", interval));
    }

    /** Who acts uniformly. Default: {@link Exploration#DEFAULT}. */
    public PolicyClientOptions withExploration(Exploration who) {
        return with(copy -> copy.exploration = who);
    }

    /** Default: {@link Acting#GREEDY}. */
    public PolicyClientOptions withActing(Acting how) {
        return with(copy -> copy.acting = how);
    }

    /** The largest version that is pulled; twice as much memory is needed. Default: 1 GiB. */
    public PolicyClientOptions withMaxVersionBytes(long bytes) {
        return with(copy -> copy.maxVersionBytes = bytes);
    }

    /**
     * What computes. Default: the plain kernel, which is the faster one for a single request, and keeps native code out of an ad
     * server; {@code BENCHMARKS.md} has the figures.
     */
    public PolicyClientOptions withKernels(Kernels what) {
        return with(copy -> copy.kernels = what);
    }

    /** Is told the number of each version that is served from now on, on the thread that follows: it must not wait. */
    public PolicyClientOptions withOnSwap(LongConsumer listener) {
        return with(copy -> copy.onSwap = listener);
    }

    private static Duration positive(String name, Duration duration) {
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException("%s: found %s, expected more than 0".formatted(name, duration));
        }
        return duration;
    }

    VersionSource source() {
        return directory != null
                ? new DirectorySource(directory, maxVersionBytes, pollInterval)
                : new ServerSource(
                        servers, maxVersionBytes, pollInterval.multipliedBy(REPEAT_INTERVALS), FETCH_TIMEOUT);
    }

    /** What messages call the place of the versions. */
    String place() {
        return directory != null ? directory.toString() : String.join(", ", servers);
    }

    @Nullable
    Path store() {
        return store;
    }

    @Nullable
    Path manual() {
        return manual;
    }

    Duration maxAge() {
        return maxAge;
    }

    Duration startTimeout() {
        return startTimeout;
    }

    Exploration exploration() {
        return exploration;
    }

    Acting acting() {
        return acting;
    }

    long maxVersionBytes() {
        return maxVersionBytes;
    }

    Kernels kernels() {
        return kernels;
    }

    LongConsumer onSwap() {
        return onSwap;
    }
}
