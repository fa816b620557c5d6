package org.drlput.server.rpc;

import io.grpc.StatusRuntimeException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.Manifest;
import org.drlput.common.wire.v1.CaptureReply;
import org.drlput.server.capture.CaptureStore;
import org.drlput.server.capture.CaptureWriter;
import org.drlput.server.capture.StateCopier;
import org.drlput.server.shard.CaptureCopy;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.DurableCapture;
import org.drlput.server.shard.Keep;
import org.drlput.server.shard.RunState;
import org.drlput.server.shard.StateCopy;

/** What the machine wants done about captures, and who waits for them. The machine's thread. */
final class CaptureCalls implements AutoCloseable {
    private final CaptureWriter writer;
    private final ExecutorService copies;
    private final Map<Long, Answer<CaptureReply>> waiting = new HashMap<>();

    CaptureCalls(CaptureStore store, int shard) {
        writer = new CaptureWriter(store, shard);
        // what is discarded after the end is filled by who reads it
        copies = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> new Thread(task, "shard-" + shard + "-copies"),
                new ThreadPoolExecutor.DiscardPolicy());
    }

    void add(long call, Answer<CaptureReply> answer) {
        waiting.put(call, answer);
    }

    void remove(long call) {
        waiting.remove(call);
    }

    /** Copies the state of a run while it goes on. */
    StateCopier copier(RunState state) {
        return new StateCopier(state.weights(), state.optimizer(), copies);
    }

    /** @param copier that made the copy */
    void write(CaptureCopy copy, List<TensorSpec> tensors, StateCopier copier, DiskWork.Post post) {
        CaptureKey key = copy.key();
        StateCopy values = new StateCopy(copy.weights(), copy.optimizer());
        writer.write(copy, tensors, () -> copier.await(copy.weights()), new CaptureWriter.Outcome() {
            @Override
            public void written(Manifest.File file) {
                copier.giveBack(values);
                post.message(machine -> machine.captureWritten(key, file.sha256(), file.bytes()));
            }

            @Override
            public void failed(String why) {
                copier.giveBack(values);
                post.message(machine -> machine.captureFailed(key, why));
            }
        });
    }

    void durable(long call, DurableCapture capture, Keep keep) {
        Answer<CaptureReply> answer = waiting.remove(call);
        if (answer == null) {
            return;
        }
        CaptureReply reply = Messages.reply(capture);
        if (keep == Keep.PINNED) {
            writer.pin(capture.key(), () -> answer.give(reply), why -> answer.give(declined(why)));
        } else {
            answer.give(reply);
        }
    }

    void declined(long call, String reason) {
        Answer<CaptureReply> answer = waiting.remove(call);
        if (answer != null) {
            answer.give(declined(reason));
        }
    }

    private static CaptureReply declined(String reason) {
        return CaptureReply.newBuilder().setDeclined(reason).build();
    }

    void retain(CaptureKey oldest) {
        writer.retain(oldest);
    }

    void refuse(StatusRuntimeException status) {
        waiting.values().forEach(answer -> answer.refuse(status));
        waiting.clear();
    }

    /** Any thread. */
    @Override
    public void close() {
        writer.close();
        copies.shutdownNow();
    }
}
