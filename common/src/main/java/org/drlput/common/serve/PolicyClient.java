package org.drlput.common.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.drlput.common.encode.FeatureEncoder;
import org.drlput.common.encode.InvalidRequestException;
import org.drlput.common.experiment.ExperimentException;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.serve.Decision.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Decides requests by the version that an alias names, and follows the alias:
 *
 * <pre>{@code
 * try (PolicyClient client = PolicyClient.follow("stable", PolicyClientOptions.server("ps-0:7400").withStore(path))) {
 *     Decision decision = client.decide(requestId, Map.of("ctr_30d", 0.07, "country", "de"));
 *     rank(candidates, decision.hyperparameters());
 * }
 * }</pre>
 *
 * <p>A decision never waits and never fails: where the policy can not decide, the request gets the manual setting, and the decision
 * says why. Nothing is decided by a version of which a byte was not verified. Any number of threads, none of which takes a lock;
 * each has buffers of its own.
 */
public final class PolicyClient implements AutoCloseable {
    private final Served served;
    private final Follower follower;
    /** Whose manual setting counts without a version; null: follow has not started without one. */
    private final @Nullable ServedExperiment manual;

    private final ThreadLocal<Decider> deciders;
    private final LongAdder byPolicy = new LongAdder();
    private final LongAdder byChance = new LongAdder();
    private final Map<FallbackCause, LongAdder> fallbacks = new EnumMap<>(FallbackCause.class);

    /**
     * How a client is doing.
     *
     * @param version in use; {@link Decision#NO_VERSION}: none
     * @param age since it was last known to be the alias'; 0 without a version
     * @param problem what keeps it from following, in words; null: nothing
     * @param swaps versions that were put to use so far
     * @param decisions that the policy made
     * @param explored decisions that chance made
     * @param fallbacks by cause: decisions that the manual setting made
     */
    public record Status(
            long version,
            Duration age,
            @Nullable String problem,
            long swaps,
            long decisions,
            long explored,
            Map<FallbackCause, Long> fallbacks) {}

    private PolicyClient(
            PolicyClientOptions options, Served served, Follower follower, @Nullable ServedExperiment manual) {
        this.served = served;
        this.follower = follower;
        this.manual = manual;
        deciders = ThreadLocal.withInitial(() -> new Decider(options));
        for (FallbackCause cause : FallbackCause.values()) {
            fallbacks.put(cause, new LongAdder());
        }
    }

    /**
     * Starts to follow an alias, and returns when there is a version: the one that the alias names, else the one that was kept on
     * local disk. Where there is neither, requests get the manual setting of {@link PolicyClientOptions#withManual} until there is.
     *
     * @throws PolicyClientException where there is no version and no manual setting either, or the options can not be met
     */
    public static PolicyClient follow(String alias, PolicyClientOptions options) {
        return follow(alias, options, System::nanoTime, Clock.systemUTC());
    }

    static PolicyClient follow(String alias, PolicyClientOptions options, LongSupplier nanos, Clock clock) {
        ServedExperiment manual = manual(options.manual());
        Path directory = options.store();
        LocalStore store = directory == null ? null : LocalStore.open(directory, alias);
        Served served = new Served(options.maxAge().toNanos(), nanos);
        Follower follower = new Follower(alias, options, served, options.source(), store, clock);
        PolicyClient client = new PolicyClient(options, served, follower, manual);
        try {
            follower.start(options.startTimeout());
        } catch (InterruptedException e) {
            client.close();
            Thread.currentThread().interrupt();
            throw new PolicyClientException("interrupted while the first version was awaited", e);
        }
        if (served.serving() == null && manual == null) {
            String problem = follower.problem();
            client.close();
            throw new PolicyClientException(
                    "alias '%s': there is no version to start with: %s%s. Set withManual to the experiment file, and requests get its manual setting until there is one"
                            .formatted(
                                    alias,
                                    problem == null ? "none came" : problem,
                                    directory == null ? "" : "; none is kept in " + directory),
                    null);
        }
        return client;
    }

    private static @Nullable ServedExperiment manual(@Nullable Path file) {
        if (file == null) {
            return null;
        }
        try {
            var experiment = ExperimentLoader.load(file);
            return ServedExperiment.of(experiment, ExperimentLoader.sha256(Files.readAllBytes(file)));
        } catch (ExperimentException | IOException e) {
            throw new PolicyClientException("manual setting: " + e.getMessage(), e);
        }
    }

    /**
     * Decides a request.
     *
     * @param requestId what its log row is named by; the same one explores again, or not
     * @param features by name, as {@link FeatureEncoder#encodeRequest} takes them; those that the version does not know are ignored
     */
    public Decision decide(String requestId, Map<String, ?> features) {
        Serving serving = served.serving();
        Decision decision =
                deciders.get().decide(serving, served.unusable(serving), experiment(serving), requestId, features);
        count(decision);
        return decision;
    }

    /** As {@link #decide(String, Map)}, with features that are still being looked up: after so long it is decided without them. */
    public Decision decide(String requestId, Future<? extends Map<String, ?>> features, Duration atMost)
            throws InterruptedException {
        try {
            return decide(requestId, features.get(atMost.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException | CancellationException e) {
            return withoutFeatures(FallbackCause.TIME_OUT);
        } catch (ExecutionException e) {
            return withoutFeatures(FallbackCause.MISSING_FEATURES);
        }
    }

    private Decision withoutFeatures(FallbackCause cause) {
        Serving serving = served.serving();
        Decision decision = Decider.manual(serving, experiment(serving), cause);
        count(decision);
        return decision;
    }

    private ServedExperiment experiment(@Nullable Serving serving) {
        if (serving != null) {
            return serving.experiment();
        } else if (manual != null) {
            return manual;
        }
        throw new IllegalStateException("follow returns no client without version and manual setting");
    }

    private void count(Decision decision) {
        if (decision.reason() == Reason.POLICY) {
            byPolicy.increment();
        } else if (decision.reason() == Reason.EXPLORATION) {
            byChance.increment();
        } else if (decision.cause() != null) {
            LongAdder adder = fallbacks.get(decision.cause());
            if (adder != null) {
                adder.increment();
            }
        }
    }

    /**
     * All that the version in use would object to in a request: for tests of an ad server, and at its start. Unlike
     * {@link #decide}, it objects to features that the version does not know. Without a version: nothing.
     */
    public List<String> problems(Map<String, ?> features) {
        Serving serving = served.serving();
        if (serving == null) {
            return List.of();
        }
        FeatureEncoder encoder = new FeatureEncoder(
                serving.version().model().features(), serving.version().statistics());
        try {
            encoder.encodeRequest(features, encoder.newBatch(1));
            return List.of();
        } catch (InvalidRequestException e) {
            return e.problems();
        }
    }

    /** The experiment of the version in use, else the one with the manual setting. */
    public ServedExperiment experiment() {
        return experiment(served.serving());
    }

    public Status status() {
        Serving serving = served.serving();
        Map<FallbackCause, Long> counts = new EnumMap<>(FallbackCause.class);
        fallbacks.forEach((cause, count) -> {
            if (count.sum() > 0) {
                counts.put(cause, count.sum());
            }
        });
        return new Status(
                serving == null ? Decision.NO_VERSION : serving.number(),
                serving == null ? Duration.ZERO : Duration.ofNanos(served.ageNanos()),
                follower.problem(),
                follower.swaps(),
                byPolicy.sum(),
                byChance.sum(),
                counts);
    }

    /** Ends following. What is in use stays so, up to its age. */
    @Override
    public void close() {
        follower.close();
    }
}
