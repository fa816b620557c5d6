package org.drlput.server.rpc;

import io.grpc.StatusRuntimeException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.wire.TensorInput;
import org.drlput.common.wire.v1.CaptureReply;
import org.drlput.common.wire.v1.OpenReply;
import org.drlput.server.capture.CaptureStore;
import org.drlput.server.capture.StateCopier;
import org.drlput.server.optimizer.Optimizer;
import org.drlput.server.publish.RunFiles;
import org.drlput.server.shard.CaptureCopy;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.CoveredVersion;
import org.drlput.server.shard.DurableCapture;
import org.drlput.server.shard.Keep;
import org.drlput.server.shard.Opening;
import org.drlput.server.shard.PulledState;
import org.drlput.server.shard.Refusal;
import org.drlput.server.shard.RunState;
import org.drlput.server.shard.Shard;
import org.drlput.server.shard.ShardEffects;
import org.drlput.server.shard.StateCopy;
import org.drlput.server.shard.VersionPart;
import org.jspecify.annotations.Nullable;

/** Does what the machine wants done, and knows who waits for it. The machine's thread, but for {@link #open} and {@link #close}. */
final class Effects implements ShardEffects, AutoCloseable {
    private final int index;
    private final ShardLayout layout;
    private final long incarnation;
    private final DiskWork disk;
    private final DiskWork.Post post;
    private final CaptureCalls captures;
    private final WeightsEncoder encoder = new WeightsEncoder();
    private final Map<Long, PullStream> pulls = new HashMap<>();
    private final Map<Long, Answer<OpenReply>> opens = new HashMap<>();
    /** Versions, by step, that could not be published when that was last tried. */
    private final Set<Long> unpublished = new HashSet<>();
    /** Of the opening that the machine is just asked for. */
    private @Nullable RunFiles asked;
    /** Of the opening that was loaded last. */
    private @Nullable OpenRun loaded;

    private @Nullable StateCopier copier;
    private volatile @Nullable OpenRun open;
    /** The one that is being loaded, or is: what an older one wants done is not begun any more. */
    private volatile @Nullable Opening newest;

    Effects(int index, int shardCount, long incarnation, CaptureStore store, DiskWork disk, DiskWork.Post post) {
        this.index = index;
        this.layout = new ShardLayout(shardCount);
        this.incarnation = incarnation;
        this.disk = disk;
        this.post = post;
        this.captures = new CaptureCalls(store, index);
    }

    /** The open run, as far as other threads may know it; null: none. */
    @Nullable
    OpenRun open() {
        return open;
    }

    // who waits

    void awaitOpen(long call, RunFiles files, Answer<OpenReply> answer) {
        opens.put(call, answer);
        asked = files;
    }

    void awaitPull(long call, PullStream stream) {
        pulls.put(call, stream);
    }

    void awaitCapture(long call, Answer<CaptureReply> answer) {
        captures.add(call, answer);
    }

    /** Nobody waits for this call any more. */
    void forget(long call) {
        opens.remove(call);
        pulls.remove(call);
        captures.remove(call);
    }

    void refuseWaiting(StatusRuntimeException over) {
        pulls.values().forEach(pull -> pull.refuse(over));
        pulls.clear();
        opens.values().forEach(opening -> opening.refuse(over));
        opens.clear();
        captures.refuse(over);
    }

    // what is to be done

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
                state -> post.message(machine -> loadedState(machine, opening, files, state)),
                why -> post.message(machine -> machine.loadFailed(opening, why)));
    }

    private void loadedState(Shard machine, Opening opening, RunFiles files, RunState state) {
        TensorInput.Layout part = new TensorInput.Layout(files.tensors(), layout, index);
        loaded = new OpenRun(opening, files, state.baseVersion(), part, state.pool());
        copier = captures.copier(state);
        machine.loaded(opening, state);
    }

    private StateCopier copier() {
        StateCopier of = copier;
        if (of == null) {
            throw new IllegalStateException("no run is loaded");
        }
        return of;
    }

    @Override
    public StateCopy copy(Parameters weights, Optimizer optimizer) {
        return copier().begin();
    }

    @Override
    public Parameters copyVersion(Parameters weights, Optimizer optimizer, long updates) {
        return copier().beginVersion(updates);
    }

    @Override
    public void opened(long call, long step, long baseVersion) {
        open = loaded;
        Answer<OpenReply> answer = opens.remove(call);
        if (answer != null) {
            answer.give(OpenReply.newBuilder()
                    .setIncarnation(incarnation)
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
        disk.write(part, run.files(), copier(), isNewest(run.opening()), post);
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
        captures.write(copy, run().files().tensors(), copier(), post);
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
        disk.publish(run(), version, again, isNewest(run().opening()), post);
    }

    @Override
    public void retain(CaptureKey oldest) {
        captures.retain(oldest);
    }

    /** Finishes what was begun. */
    @Override
    public void close() {
        captures.close();
    }
}
