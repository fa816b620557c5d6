package org.drlput.server.capture;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.Manifest;
import org.drlput.server.shard.CaptureCopy;
import org.drlput.server.shard.CaptureKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a shard's parts of captures and removes captures that are not needed any more, on a thread of its own, in the order in which
 * that was asked for. Whoever asks bounds how many copies wait.
 */
public final class CaptureWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CaptureWriter.class);
    private static final long CLOSE_SECONDS = 30;

    private final CaptureStore store;
    private final int shard;
    private final ThreadPoolExecutor thread;

    public CaptureWriter(CaptureStore store, int shard) {
        this.store = store;
        this.shard = shard;
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> new Thread(task, "shard-" + shard + "-captures"));
    }

    /** What becomes of a copy, told on the writer's thread; the copy is not read any more. */
    public interface Outcome {
        void written(Manifest.File file);

        void failed(String why);
    }

    /**
     * @param tensors the whole ones
     * @param filled returns once the copy's values are there
     */
    public void write(CaptureCopy copy, List<TensorSpec> tensors, Runnable filled, Outcome outcome) {
        execute(
                () -> {
                    try {
                        filled.run();
                        Manifest.File file = store.write(copy, shard, tensors);
                        LOG.debug("{}: {} bytes in {}", file.name(), file.bytes(), store.folder(copy.key()));
                        outcome.written(file);
                    } catch (IOException | RuntimeException | OutOfMemoryError e) {
                        String why =
                                "capture %s: shard %d can not write its part: %s: training goes on, the next one is tried"
                                        .formatted(copy.key().name(), shard, e);
                        LOG.warn(why);
                        outcome.failed(why);
                    }
                },
                () -> outcome.failed(
                        "capture %s: shard %d is stopping".formatted(copy.key().name(), shard)));
    }

    /** Keeps a capture for a savepoint, then says so; or why it can not be kept. */
    public void pin(CaptureKey key, Runnable pinned, Consumer<String> failed) {
        execute(
                () -> {
                    try {
                        store.pin(key);
                        pinned.run();
                    } catch (IOException e) {
                        failed.accept("capture %s: shard %d can not pin it for a savepoint: %s"
                                .formatted(key.name(), shard, e));
                    }
                },
                () -> failed.accept("capture %s: shard %d is stopping".formatted(key.name(), shard)));
    }

    public void retain(CaptureKey oldest) {
        execute(
                () -> {
                    try {
                        store.retain(oldest);
                    } catch (IOException e) {
                        LOG.warn("captures older than {} can not be removed: {}", oldest.name(), e.toString());
                    }
                },
                () -> {});
    }

    private void execute(Runnable work, Runnable rejected) {
        try {
            thread.execute(work);
        } catch (RejectedExecutionException e) {
            rejected.run();
        }
    }

    /** Finishes what was begun; drops what waits. */
    @Override
    public void close() {
        thread.getQueue().clear();
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("shard {}: a capture is still being written after {} s, given up", shard, CLOSE_SECONDS);
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
