package org.drlput.jobs.train;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.client.ParameterClient.CapturePurpose;
import org.drlput.common.client.ParameterServerException;
import org.drlput.common.client.RunFence;
import org.drlput.common.wire.v1.CaptureReply;
import org.drlput.jobs.protocol.CommittedCaptures;
import org.drlput.jobs.protocol.CommitterEffects;
import org.drlput.jobs.protocol.CommitterMachine;
import org.drlput.server.rpc.CaptureMessages;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.Confirmation;
import org.drlput.server.shard.DurableCapture;
import org.drlput.server.shard.Keep;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The committer's conversation with the shards: one {@link CommitterMachine} on a thread of its own, which nothing waits for but
 * the asynchronous part of a checkpoint.
 */
final class CaptureRounds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CaptureRounds.class);

    private final ParameterClient client;
    private final RunFence fence;
    private final Consumer<Throwable> onFailure;
    private final CommitterMachine machine;
    private final ExecutorService thread;
    /** Of checkpoints whose asynchronous part waits. Changed by the machine's thread, and by {@link #close} after it. */
    private final Map<Long, Round> rounds = new ConcurrentHashMap<>();

    private static final class Round {
        final CompletableFuture<CommittedCaptures> result = new CompletableFuture<>();
        final List<CompletableFuture<CaptureReply>> calls = new ArrayList<>();
        final long deadlineNanos;

        Round(Duration patience) {
            deadlineNanos = System.nanoTime() + patience.toNanos();
        }
    }

    /** @param onFailure is told, from another thread, when this life of the job is over */
    CaptureRounds(List<String> servers, RunFence fence, int workers, int retained, Consumer<Throwable> onFailure) {
        this.fence = fence;
        this.onFailure = onFailure;
        client = ParameterClient.connect(servers);
        machine = new CommitterMachine(fence.run(), workers, servers.size(), retained, new Effects());
        machine.opened(fence.generation());
        thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "committer-captures");
            made.setDaemon(true);
            return made;
        });
    }

    void told(int worker, long checkpoint, long boundary) {
        thread.execute(() -> machine.told(worker, checkpoint, boundary));
    }

    /**
     * Everything before this checkpoint was told.
     *
     * @param patience the captures are waited for so long, which is less than the checkpoint is
     * @return completes with the captures, or fails with why the checkpoint is declined
     */
    CompletableFuture<CommittedCaptures> snapshot(long checkpoint, Keep keep, Duration patience) {
        Round round = new Round(patience);
        thread.execute(() -> {
            rounds.put(checkpoint, round);
            machine.snapshot(checkpoint, keep);
        });
        return round.result;
    }

    void completed(long checkpoint) {
        thread.execute(() -> machine.completed(checkpoint));
    }

    void aborted(long checkpoint) {
        thread.execute(() -> {
            machine.aborted(checkpoint);
            end(checkpoint, "checkpoint %d: was given up".formatted(checkpoint));
        });
    }

    private void end(long checkpoint, String reason) {
        Round round = rounds.remove(checkpoint);
        if (round != null) {
            round.result.completeExceptionally(new DeclinedException(reason));
            round.calls.forEach(call -> call.cancel(true));
        }
    }

    private void answered(
            long checkpoint, int shard, CaptureKey key, @Nullable CaptureReply reply, @Nullable Throwable error) {
        if (reply != null && reply.getDeclined().isEmpty()) {
            machine.durable(
                    checkpoint,
                    shard,
                    new DurableCapture(
                            key,
                            reply.getSha256(),
                            reply.getBytes(),
                            reply.getStagedList().stream()
                                    .map(CaptureMessages::part)
                                    .toList()));
            return;
        }
        String reason = reply != null
                ? "shard %d: %s".formatted(shard, reply.getDeclined())
                : String.valueOf(error == null ? null : error.getMessage());
        if (rounds.containsKey(checkpoint)) {
            LOG.warn("checkpoint {} is declined: {}", checkpoint, reason);
        }
        machine.lost(checkpoint, "checkpoint %d: %s".formatted(checkpoint, reason));
        if (error instanceof ParameterServerException refused && Failures.otherLife(refused)) {
            // after the end of the input nobody else asks the shards
            onFailure.accept(refused);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        client.close();
        List.copyOf(rounds.keySet()).forEach(checkpoint -> end(checkpoint, "the committer is closed"));
    }

    /** From any thread; after the close nobody listens. */
    private void post(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("an answer came after the end", e);
        }
    }

    /** Why a checkpoint may not complete. */
    static final class DeclinedException extends Exception {
        private static final long serialVersionUID = 1L;

        DeclinedException(String reason) {
            super(reason);
        }
    }

    private final class Effects implements CommitterEffects {
        @Override
        public void ask(long checkpoint, CaptureKey key, Keep keep) {
            Round round = rounds.get(checkpoint);
            if (round == null) {
                return;
            }
            Duration left = Duration.ofNanos(Math.max(0, round.deadlineNanos - System.nanoTime()));
            CapturePurpose purpose = keep == Keep.PINNED ? CapturePurpose.SAVEPOINT : CapturePurpose.CHECKPOINT;
            for (int shard = 0; shard < client.shardCount(); shard++) {
                int asked = shard;
                CompletableFuture<CaptureReply> call =
                        client.awaitCapture(shard, fence, CaptureMessages.key(key), purpose, left);
                round.calls.add(call);
                var unused =
                        call.whenComplete((reply, error) -> post(() -> answered(checkpoint, asked, key, reply, error)));
            }
        }

        @Override
        public void acknowledge(long checkpoint, CommittedCaptures state) {
            Round round = rounds.remove(checkpoint);
            if (round != null) {
                round.result.complete(state);
            }
        }

        @Override
        public void decline(long checkpoint, String reason) {
            LOG.info("{}", reason);
            end(checkpoint, reason);
        }

        @Override
        public void confirm(Confirmation confirmation) {
            var unused = client.confirm(
                            fence,
                            new ParameterClient.Confirmation(
                                    CaptureMessages.key(confirmation.key()),
                                    confirmation.checkpoint(),
                                    confirmation.retained(),
                                    confirmation.files().stream()
                                            .map(CaptureMessages::file)
                                            .toList()))
                    .whenComplete((done, error) -> post(() -> {
                        if (error != null) {
                            // opening the next life with this checkpoint's key confirms it too
                            onFailure.accept(error);
                        }
                    }));
        }
    }
}
