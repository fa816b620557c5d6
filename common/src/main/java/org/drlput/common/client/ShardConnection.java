package org.drlput.common.client;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractStub;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.drlput.common.wire.v1.ParametersGrpc;
import org.drlput.common.wire.v1.ParametersGrpc.ParametersStub;
import org.drlput.common.wire.v1.VersionsGrpc;
import org.drlput.common.wire.v1.VersionsGrpc.VersionsStub;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one shard: deadlines, retries, and the texts of errors. Thread-safe. Replies are handled on the connection's
 * own thread, which must not wait.
 */
final class ShardConnection {
    private static final long FIRST_BACKOFF_MILLIS = 10;
    private static final long LAST_BACKOFF_MILLIS = 500;
    private static final int MAX_MESSAGE_BYTES = 4 << 20;

    private final int shard;
    private final String address;
    private final ManagedChannel channel;
    private final ScheduledExecutorService timer;
    private final ParametersStub parameters;
    private final VersionsStub versions;

    ShardConnection(int shard, String address, ClientOptions options, ScheduledExecutorService timer) {
        this.shard = shard;
        this.address = address;
        this.timer = timer;
        this.channel = NettyChannelBuilder.forTarget("dns:///" + address)
                .usePlaintext()
                .directExecutor()
                .disableRetry()
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .keepAliveTime(options.keepAlive().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(options.keepAlive().toMillis(), TimeUnit.MILLISECONDS)
                .build();
        this.parameters = ParametersGrpc.newStub(channel);
        this.versions = VersionsGrpc.newStub(channel);
    }

    /** @throws IllegalArgumentException where it is not {@code host:port} */
    static void requireAddress(String address) {
        int colon = address.lastIndexOf(':');
        String port = address.substring(colon + 1);
        boolean valid = colon > 0 && port.matches("\\d{1,5}") && Integer.parseInt(port) <= 65_535;
        if (!valid) {
            throw new IllegalArgumentException("address '%s': expected host:port".formatted(address));
        }
    }

    /** How long something is tried. */
    record Limits(Duration deadline, Duration retryFor) {}

    <Q, R, T> CompletableFuture<T> parameters(
            String what,
            Limits limits,
            Supplier<? extends Attempt<Q, R, T>> attempts,
            BiConsumer<ParametersStub, Attempt<Q, R, T>> start) {
        return new RetriedCall<>(what, limits, parameters, attempts, start).begin();
    }

    <Q, R, T> CompletableFuture<T> versions(
            String what,
            Limits limits,
            Supplier<? extends Attempt<Q, R, T>> attempts,
            BiConsumer<VersionsStub, Attempt<Q, R, T>> start) {
        return new RetriedCall<>(what, limits, versions, attempts, start).begin();
    }

    /** Tries one call again while the shard is unavailable. */
    private final class RetriedCall<S extends AbstractStub<S>, Q, R, T> {
        private final String what;
        private final Limits limits;
        private final S stub;
        private final Supplier<? extends Attempt<Q, R, T>> attempts;
        private final BiConsumer<S, Attempt<Q, R, T>> start;
        private final CompletableFuture<T> result = new CompletableFuture<>();
        private final long deadline;
        private volatile @Nullable Attempt<Q, R, T> current;
        /** When trying began; then, the first failure of those in a row. */
        private long unavailableSince = Long.MAX_VALUE;

        private long backoffMillis = FIRST_BACKOFF_MILLIS;

        RetriedCall(
                String what,
                Limits limits,
                S stub,
                Supplier<? extends Attempt<Q, R, T>> attempts,
                BiConsumer<S, Attempt<Q, R, T>> start) {
            this.what = what;
            this.limits = limits;
            this.stub = stub;
            this.attempts = attempts;
            this.start = start;
            this.deadline = System.nanoTime() + limits.deadline().toNanos();
        }

        CompletableFuture<T> begin() {
            attempt();
            // cancelled from outside, say by the interrupt of who waits
            var unused = result.whenComplete((value, error) -> {
                Attempt<Q, R, T> attempt = current;
                if (result.isCancelled() && attempt != null) {
                    attempt.cancel();
                }
            });
            return result;
        }

        private void attempt() {
            if (result.isDone()) {
                return;
            }
            Attempt<Q, R, T> attempt = attempts.get();
            current = attempt;
            var unused = attempt.result().whenComplete(this::ended);
            start.accept(stub.withDeadlineAfter(deadline - System.nanoTime(), TimeUnit.NANOSECONDS), attempt);
            if (result.isCancelled()) {
                attempt.cancel();
            }
        }

        private void ended(T value, Throwable error) {
            if (error == null) {
                result.complete(value);
                return;
            }
            long now = System.nanoTime();
            if (Status.fromThrowable(error).getCode() == Status.Code.UNAVAILABLE && !channel.isShutdown()) {
                unavailableSince = Math.min(unavailableSince, now);
                long wait = TimeUnit.MILLISECONDS.toNanos(backoffMillis);
                if (now + wait - unavailableSince < limits.retryFor().toNanos() && now + wait < deadline) {
                    backoffMillis = Math.min(LAST_BACKOFF_MILLIS, 2 * backoffMillis);
                    again(wait);
                    return;
                }
            }
            result.completeExceptionally(failure(what, limits, error));
        }

        private void again(long waitNanos) {
            var unused = timer.schedule(
                    () -> {
                        // else the channel itself waits up to two minutes between connection attempts
                        channel.resetConnectBackoff();
                        attempt();
                    },
                    waitNanos,
                    TimeUnit.NANOSECONDS);
        }
    }

    private ParameterServerException failure(String what, Limits limits, Throwable error) {
        Status status = Status.fromThrowable(error);
        String description = status.getDescription() == null ? status.getCode().name() : status.getDescription();
        String text = switch (status.getCode()) {
            case UNAVAILABLE -> "can not be reached (%s): is it running? see its log".formatted(description);
            case DEADLINE_EXCEEDED ->
                "no answer within %s: see its log for what it waits for".formatted(seconds(limits.deadline()));
            case UNKNOWN, INTERNAL -> description + ": see its log";
            default -> description;
        };
        return new ParameterServerException(
                shard, status.getCode(), "shard %d (%s): %s: %s".formatted(shard, address, what, text), error);
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3g s", duration.toMillis() / 1000.0);
    }

    int shard() {
        return shard;
    }

    /** Does something later; the channel then connects at once, whatever it waits for. */
    void later(Runnable work, Duration wait) {
        var unused = timer.schedule(
                () -> {
                    channel.resetConnectBackoff();
                    work.run();
                },
                wait.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    void shutdown() {
        channel.shutdownNow();
    }

    void awaitShutdown() throws InterruptedException {
        channel.awaitTermination(5, TimeUnit.SECONDS);
    }

    /**
     * Completes once all parts have ended; with the first failure, after which the others are given up: a dead shard is noticed
     * while another one still waits.
     */
    static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> parts) {
        if (parts.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> result = new CompletableFuture<>();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        AtomicInteger left = new AtomicInteger(parts.size());
        for (CompletableFuture<?> part : parts) {
            var unused = part.whenComplete((value, error) -> {
                if (error != null && failure.compareAndSet(null, error)) {
                    parts.forEach(other -> other.cancel(true));
                }
                if (left.decrementAndGet() == 0) {
                    Throwable first = failure.get();
                    if (first == null) {
                        result.complete(null);
                    } else {
                        result.completeExceptionally(first);
                    }
                }
            });
        }
        return result;
    }

    /** Waits for all parts; their results, in order. */
    static <T> List<T> joinAll(List<CompletableFuture<T>> parts, String what) {
        try {
            join(all(parts), what);
            return parts.stream().map(CompletableFuture::join).toList();
        } finally {
            // after an interrupt nobody waits for them
            parts.forEach(part -> part.cancel(true));
        }
    }

    /** Waits for a call's result; interrupted, gives the call up. */
    static <T> T join(CompletableFuture<T> call, String what) {
        try {
            return call.get();
        } catch (InterruptedException e) {
            call.cancel(true);
            Thread.currentThread().interrupt();
            throw new ParameterServerException(-1, Status.Code.CANCELLED, what + ": interrupted", e);
        } catch (ExecutionException e) {
            throw unwrap(e);
        }
    }

    static ParameterServerException unwrap(Throwable error) {
        Throwable cause = error;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof ParameterServerException e) {
            // a new one, whose trace shows who waited
            return new ParameterServerException(e.shard(), e.code(), String.valueOf(e.getMessage()), e);
        }
        throw new IllegalStateException("calls fail with ParameterServerException alone", cause);
    }
}
