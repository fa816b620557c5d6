package org.drlput.server.rpc;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.drlput.common.wire.Statuses;
import org.drlput.common.wire.v1.CaptureReply;
import org.drlput.common.wire.v1.ConfirmReply;
import org.drlput.common.wire.v1.OpenReply;
import org.drlput.common.wire.v1.StatusReply;
import org.drlput.server.capture.CaptureStore;
import org.drlput.server.capture.ShardLife;
import org.drlput.server.publish.RunFiles;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.Confirmation;
import org.drlput.server.shard.Fence;
import org.drlput.server.shard.Keep;
import org.drlput.server.shard.Opening;
import org.drlput.server.shard.Push;
import org.drlput.server.shard.PushOutcome;
import org.drlput.server.shard.RefusedException;
import org.drlput.server.shard.Shard;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that owns a shard's machine: brings it messages, does what it wants done. Thread-safe. */
public final class ShardLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardLoop.class);
    private static final int MAX_WAITING_MESSAGES = 8_192;
    private static final int MAX_WAITING_STATUS = 10_000;
    private static final long CLOSE_SECONDS = 10;

    private final int index;
    private final ThreadPoolExecutor thread;
    private final ScheduledThreadPoolExecutor timer;
    private final DiskWork disk;
    private final AtomicLong calls = new AtomicLong();

    // from here on: the machine's thread alone

    private final Shard shard;
    private final StatusWaiters statusWaiters = new StatusWaiters();
    private final Effects effects;
    /** Calls are refused from now on; a call that came just before would wait for a server that ends. The machine's thread. */
    private boolean stopping;

    /** @throws IOException where what an earlier life of this shard left can not be read */
    public ShardLoop(int index, int shardCount, long incarnation, Path data) throws IOException {
        this.index = index;
        CaptureStore store = new CaptureStore(data);
        ShardLife.Opened before = new ShardLife(data, index).read();
        long known = Math.max(before == null ? 0 : before.generation(), store.newestGeneration());
        this.disk = new DiskWork(index, shardCount, data, store);
        this.effects = new Effects(index, shardCount, incarnation, store, disk, this::post);
        this.shard = new Shard(index, shardCount, incarnation, known, effects);
        this.thread = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> new Thread(task, "shard-" + index));
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread ticking = new Thread(task, "shard-" + index + "-timer");
            ticking.setDaemon(true);
            return ticking;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        disk.removeLeftovers(index == 0);
        if (index == 0) {
            disk.watchEvaluations(effects::open, this::post);
        }
    }

    /** The open run, as far as other threads may know it; null: none. */
    @Nullable
    OpenRun open() {
        return effects.open();
    }

    /** From the shard's own side: never refused. */
    private void post(Consumer<Shard> message) {
        try {
            thread.execute(() -> run(message, refused -> LOG.warn("shard {}: {}", index, refused.getMessage())));
        } catch (RejectedExecutionException e) {
            LOG.debug("shard {} is closed: a message is dropped", index);
        }
    }

    private void post(Consumer<Shard> message, Consumer<StatusRuntimeException> refused) {
        if (thread.getQueue().size() >= MAX_WAITING_MESSAGES) {
            refused.accept(Statuses.resourceExhausted(
                    "shard %d has %d messages waiting: send it again later".formatted(index, MAX_WAITING_MESSAGES)));
            return;
        }
        try {
            thread.execute(() -> {
                if (stopping) {
                    refused.accept(stopping());
                } else {
                    run(message, refused);
                }
            });
        } catch (RejectedExecutionException e) {
            refused.accept(stopping());
        }
    }

    private StatusRuntimeException stopping() {
        return Statuses.unavailable("shard %d is stopping".formatted(index));
    }

    private void run(Consumer<Shard> message, Consumer<StatusRuntimeException> refused) {
        try {
            message.accept(shard);
        } catch (RefusedException e) {
            refused.accept(Messages.status(e.refusal()));
        } catch (RuntimeException | Error e) {
            LOG.error("shard {}: a message failed half-way: this generation is over", index, e);
            shard.fail("shard %d: internal error, its log has the trace: %s".formatted(index, e));
            refused.accept(Statuses.internal("shard %d: internal error: %s".formatted(index, e)));
        }
        statusWaiters.answerReady(shard);
    }

    void status(long afterStep, long afterRevision, long waitMillis, Answer<StatusReply> answer) {
        post(
                machine -> {
                    var waiter = new StatusWaiters.Waiter(afterStep, afterRevision, answer);
                    if (statusWaiters.add(waiter, machine)) {
                        if (waitMillis <= 0 || statusWaiters.size() > MAX_WAITING_STATUS) {
                            statusWaiters.answerNow(waiter, machine);
                        } else {
                            waiter.timeout(timer.schedule(
                                    () -> post(m -> statusWaiters.answerNow(waiter, m)),
                                    waitMillis,
                                    TimeUnit.MILLISECONDS));
                        }
                    }
                },
                answer::refuse);
    }

    /** Work that may take its time, before anything that the disk does later. */
    void onDisk(Runnable work, Consumer<StatusRuntimeException> refused) {
        try {
            disk.execute(work);
        } catch (RejectedExecutionException e) {
            refused.accept(stopping());
        }
    }

    void open(Opening opening, RunFiles files, Answer<OpenReply> answer) {
        long call = calls.incrementAndGet();
        post(
                machine -> {
                    effects.awaitOpen(call, files, answer);
                    machine.open(call, opening);
                },
                refused -> {
                    effects.forget(call);
                    answer.refuse(refused);
                });
    }

    /** @return the call's number, for {@link #cancel} */
    long pull(Fence fence, long step, PullStream stream) {
        long call = calls.incrementAndGet();
        post(
                machine -> {
                    effects.awaitPull(call, stream);
                    machine.pull(call, fence, step);
                },
                refused -> {
                    effects.forget(call);
                    stream.refuse(refused);
                });
        return call;
    }

    /** Nobody waits for this pull or capture any more. */
    void cancel(long call) {
        post(machine -> {
            effects.forget(call);
            machine.cancel(call);
        });
    }

    void push(Fence fence, Push push, Consumer<PushOutcome> done, Consumer<StatusRuntimeException> refused) {
        post(machine -> done.accept(machine.push(fence, push)), refused);
    }

    /** @return the call's number, for {@link #cancel} */
    long awaitCapture(Fence fence, CaptureKey key, Keep keep, Answer<CaptureReply> answer) {
        long call = calls.incrementAndGet();
        post(
                machine -> {
                    effects.awaitCapture(call, answer);
                    machine.awaitCapture(call, fence, key, keep);
                },
                refused -> {
                    effects.forget(call);
                    answer.refuse(refused);
                });
        return call;
    }

    void confirm(Fence fence, Confirmation confirmation, Answer<ConfirmReply> answer) {
        post(
                machine -> {
                    machine.confirm(fence, confirmation);
                    answer.give(ConfirmReply.getDefaultInstance());
                },
                answer::refuse);
    }

    /** An evaluation was written by this process: tells the machine at once. */
    void evaluationWritten() {
        if (index == 0) {
            onDisk(() -> disk.readEvaluations(effects::open, this::post), refused -> {});
        }
    }

    /** Tells who waits for a pull or a status that this shard stops, and who comes later. */
    public void refuseWaiting() {
        post(machine -> {
            stopping = true;
            StatusRuntimeException over = stopping();
            effects.refuseWaiting(over);
            statusWaiters.refuse(over);
        });
    }

    /** Takes no more messages, lets the disk finish what was begun. */
    @Override
    public void close() {
        effects.close();
        disk.close();
        timer.shutdownNow();
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
