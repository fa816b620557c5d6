package org.drlput.server.rpc;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.wire.Statuses;
import org.drlput.common.wire.TensorInput;
import org.drlput.common.wire.v1.CaptureReply;
import org.drlput.common.wire.v1.ConfirmReply;
import org.drlput.common.wire.v1.OpenReply;
import org.drlput.common.wire.v1.StatusReply;
import org.drlput.server.capture.CaptureStore;
import org.drlput.server.capture.ShardLife;
import org.drlput.server.publish.RunFiles;
import org.drlput.server.shard.CaptureCopy;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.Confirmation;
import org.drlput.server.shard.CoveredVersion;
import org.drlput.server.shard.DurableCapture;
import org.drlput.server.shard.Fence;
import org.drlput.server.shard.Keep;
import org.drlput.server.shard.Opening;
import org.drlput.server.shard.PulledState;
import org.drlput.server.shard.Push;
import org.drlput.server.shard.PushOutcome;
import org.drlput.server.shard.Refusal;
import org.drlput.server.shard.RefusedException;
import org.drlput.server.shard.RunState;
import org.drlput.server.shard.Shard;
import org.drlput.server.shard.ShardEffects;
import org.drlput.server.shard.StagedPart;
import org.drlput.server.shard.VersionPart;
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
    private final ShardLayout layout;
    private final ThreadPoolExecutor thread;
    private final ScheduledThreadPoolExecutor timer;
    private final DiskWork disk;
    private final AtomicLong calls = new AtomicLong();
    private volatile @Nullable OpenRun open;
    /** The one that is being loaded, or is: what an older one wants done is not begun any more. */
    private volatile @Nullable Opening newest;

    // from here on: the machine's thread alone

    private final Shard shard;
    private final StatusWaiters statusWaiters = new StatusWaiters();
    private final CaptureCalls captures;
    /** Calls are refused from now on; a call that came just before would wait for a server that ends. The machine's thread. */
    private boolean stopping;

    private final WeightsEncoder encoder = new WeightsEncoder();
    private final Map<Long, PullStream> pulls = new HashMap<>();
    private final Map<Long, Answer<OpenReply>> opens = new HashMap<>();
    /** Of the opening that the machine is just asked for. */
    private @Nullable RunFiles asked;
    /** Versions, by step, that could not be published when that was last tried. */
    private final Set<Long> unpublished = new HashSet<>();
    /** Of the opening that was loaded last. */
    private @Nullable OpenRun loaded;

    /** @throws IOException where what an earlier life of this shard left can not be read */
    public ShardLoop(int index, int shardCount, long incarnation, Path data) throws IOException {
        this.index = index;
        this.layout = new ShardLayout(shardCount);
        CaptureStore store = new CaptureStore(data);
        ShardLife.Opened before = new ShardLife(data, index).read();
        long known = Math.max(before == null ? 0 : before.generation(), store.newestGeneration());
        this.shard = new Shard(index, shardCount, incarnation, known, new Effects());
        this.captures = new CaptureCalls(store, index);
        this.disk = new DiskWork(index, shardCount, data, store);
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
            disk.watchEvaluations(() -> open, this::post);
        }
    }

    /** The open run, as far as other threads may know it; null: none. */
    @Nullable
    OpenRun open() {
        return open;
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
                    opens.put(call, answer);
                    asked = files;
                    machine.open(call, opening);
                },
                refused -> {
                    opens.remove(call);
                    answer.refuse(refused);
                });
    }

    /** @return the call's number, for {@link #cancelPull} */
    long pull(Fence fence, long step, PullStream stream) {
        long call = calls.incrementAndGet();
        post(
                machine -> {
                    pulls.put(call, stream);
                    machine.pull(call, fence, step);
                },
                refused -> {
                    pulls.remove(call);
                    stream.refuse(refused);
                });
        return call;
    }

    void cancelPull(long call) {
        post(machine -> {
            pulls.remove(call);
            machine.cancel(call);
        });
    }

    void push(Fence fence, Push push, Consumer<PushOutcome> done, Consumer<StatusRuntimeException> refused) {
        post(machine -> done.accept(machine.push(fence, push)), refused);
    }

    /** @return the call's number, for {@link #cancelCapture} */
    long awaitCapture(Fence fence, CaptureKey key, Keep keep, Answer<CaptureReply> answer) {
        long call = calls.incrementAndGet();
        post(
                machine -> {
                    captures.add(call, answer);
                    machine.awaitCapture(call, fence, key, keep);
                },
                refused -> {
                    captures.remove(call);
                    answer.refuse(refused);
                });
        return call;
    }

    void cancelCapture(long call) {
        post(machine -> {
            captures.remove(call);
            machine.cancel(call);
        });
    }

    void confirm(Fence fence, Confirmation confirmation, Answer<ConfirmReply> answer) {
        post(
                machine -> {
                    machine.confirm(fence, confirmation);
                    answer.give(ConfirmReply.getDefaultInstance());
                },
                answer::refuse);
    }

    void confirm(Fence fence, List<StagedPart> parts, Answer<ConfirmReply> answer) {
        post(
                machine -> {
                    machine.check(fence);
                    OpenRun run = open;
                    if (run == null) {
                        throw new IllegalStateException("checked, but not open");
                    }
                    disk.publish(
                            run,
                            parts,
                            steps -> post(m -> {
                                steps.forEach(step -> m.published(fence.generation(), step));
                                answer.give(ConfirmReply.getDefaultInstance());
                            }),
                            answer::refuse);
                },
                answer::refuse);
    }

    /** An evaluation was written by this process: tells the machine at once. */
    void evaluationWritten() {
        if (index == 0) {
            onDisk(() -> disk.readEvaluations(() -> open, this::post), refused -> {});
        }
    }

    /** What the machine wants done; on its thread. */
    private final class Effects implements ShardEffects {
        @Override
        public void load(Opening opening) {
            RunFiles files = asked;
            if (files == null) {
                throw new IllegalStateException("nobody asked for " + opening);
            }
            newest = opening;
            open = null;
            loaded = null;
            unpublished.clear();
            encoder.clear();
            disk.load(
                    opening,
                    files,
                    state -> post(machine -> loadedState(machine, opening, files, state)),
                    why -> post(machine -> machine.loadFailed(opening, why)));
        }

        private void loadedState(Shard machine, Opening opening, RunFiles files, RunState state) {
            TensorInput.Layout part = new TensorInput.Layout(files.tensors(), layout, index);
            loaded = new OpenRun(opening, files, state.baseVersion(), part, state.pool());
            machine.loaded(opening, state);
        }

        @Override
        public void opened(long call, long step, long baseVersion) {
            open = loaded;
            Answer<OpenReply> answer = opens.remove(call);
            if (answer != null) {
                answer.give(OpenReply.newBuilder()
                        .setIncarnation(shard.incarnation())
                        .setBaseVersion(baseVersion)
                        .setStep(step)
                        .build());
            }
        }

        @Override
        public void openRefused(long call, Refusal refusal) {
            Answer<OpenReply> answer = opens.remove(call);
            if (answer != null) {
                answer.refuse(Messages.status(refusal));
            }
        }

        @Override
        public void pullReady(long call, PulledState state) {
            PullStream pull = pulls.remove(call);
            if (pull != null) {
                encoder.answer(pull, state);
            }
        }

        @Override
        public void pullRefused(long call, Refusal refusal) {
            PullStream pull = pulls.remove(call);
            if (pull != null) {
                pull.refuse(Messages.status(refusal));
            }
        }

        @Override
        public void writePart(VersionPart part) {
            OpenRun run = run();
            disk.write(part, run.files(), isNewest(run.opening()), ShardLoop.this::post);
        }

        private OpenRun run() {
            OpenRun run = loaded;
            if (run == null) {
                throw new IllegalStateException("no run is loaded");
            }
            return run;
        }

        private Supplier<Boolean> isNewest(Opening opening) {
            return () -> opening.equals(newest);
        }

        @Override
        public void writeCapture(CaptureCopy copy) {
            captures.write(copy, run().files().tensors(), ShardLoop.this::post);
        }

        @Override
        public void captureDurable(long call, DurableCapture capture, Keep keep) {
            captures.durable(call, capture, keep);
        }

        @Override
        public void captureDeclined(long call, String reason) {
            captures.declined(call, reason);
        }

        @Override
        public void publish(CoveredVersion version) {
            boolean again = !unpublished.add(version.step());
            disk.publish(run(), version, again, isNewest(run().opening()), ShardLoop.this::post);
        }

        @Override
        public void retain(CaptureKey oldest) {
            captures.retain(oldest);
        }
    }

    /** Tells who waits for a pull or a status that this shard stops, and who comes later. */
    public void refuseWaiting() {
        post(machine -> {
            stopping = true;
            StatusRuntimeException over = stopping();
            pulls.values().forEach(pull -> pull.refuse(over));
            pulls.clear();
            opens.values().forEach(open -> open.refuse(over));
            opens.clear();
            captures.refuse(over);
            statusWaiters.refuse(over);
        });
    }

    /** Takes no more messages, lets the disk finish what was begun. */
    @Override
    public void close() {
        captures.close();
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
