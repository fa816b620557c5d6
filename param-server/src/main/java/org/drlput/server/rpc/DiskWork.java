package org.drlput.server.rpc;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.drlput.common.ledger.AuditEntry;
import org.drlput.common.ledger.LedgerException;
import org.drlput.common.ledger.VersionKeeper;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.version.VersionException;
import org.drlput.common.version.VersionRegistry;
import org.drlput.server.capture.CaptureStore;
import org.drlput.server.capture.StateCopier;
import org.drlput.server.publish.RunFiles;
import org.drlput.server.publish.Staging;
import org.drlput.server.publish.VersionPublisher;
import org.drlput.server.shard.CoveredVersion;
import org.drlput.server.shard.Opening;
import org.drlput.server.shard.Refusal;
import org.drlput.server.shard.RefusedException;
import org.drlput.server.shard.RunState;
import org.drlput.server.shard.Shard;
import org.drlput.server.shard.StagedPart;
import org.drlput.server.shard.VersionPart;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shard's work on the disk, on one thread in the order in which it was given: what a generation publishes is done before the next
 * one is loaded. What comes of it goes to the machine as a message.
 */
final class DiskWork implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskWork.class);
    private static final long RETRY_MILLIS = 1_000;
    private static final long LOOK_AGAIN_MILLIS = 50;
    private static final long CLOSE_SECONDS = 30;

    private final int shard;
    private final ShardLayout layout;
    private final VersionRegistry registry;
    private final VersionKeeper keeper;
    private final RunLoader loader;
    private final Staging staging;
    private final VersionPublisher publisher;
    private final CaptureStore captures;
    private final ScheduledThreadPoolExecutor thread;

    DiskWork(int shard, int shardCount, Path data, CaptureStore captures) {
        this.shard = shard;
        this.layout = new ShardLayout(shardCount);
        this.registry = new VersionRegistry(data);
        this.keeper = new VersionKeeper(data, Clock.systemUTC());
        this.captures = captures;
        this.loader = new RunLoader(shard, shardCount, data, registry, captures);
        this.staging = new Staging(data);
        this.publisher = new VersionPublisher(staging, registry);
        this.thread = new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "shard-" + shard + "-disk"));
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    }

    /** Takes messages for the machine. */
    interface Post {
        void message(Consumer<Shard> message);
    }

    void execute(Runnable work) {
        thread.execute(work);
    }

    void load(Opening opening, RunFiles run, Consumer<RunState> loaded, Consumer<Refusal> failed) {
        thread.execute(() -> {
            try {
                loaded.accept(loader.load(opening, run));
            } catch (RefusedException e) {
                failed.accept(e.refusal());
            } catch (RuntimeException | OutOfMemoryError e) {
                LOG.error("run {}, generation {}: can not be loaded", opening.run(), opening.generation(), e);
                failed.accept(new Refusal(
                        Refusal.Reason.OTHER_LIFE, "open: shard %d can not load the run: %s".formatted(shard, e)));
            }
        });
    }

    /**
     * Writes a part, again every second until it is durable.
     *
     * @param copier that made the copy
     * @param wanted false: its generation is over
     */
    void write(VersionPart part, RunFiles run, StateCopier copier, Supplier<Boolean> wanted, Post post) {
        thread.execute(() -> writeNow(part, run, copier, wanted, post));
    }

    private void writeNow(VersionPart part, RunFiles run, StateCopier copier, Supplier<Boolean> wanted, Post post) {
        if (!wanted.get()) {
            return;
        }
        try {
            copier.await(part.weights());
            StagedPart staged = staging.write(part, layout, shard, run.tensors());
            copier.giveBack(part.weights());
            post.message(machine -> machine.partWritten(part.generation(), staged));
        } catch (IOException | RuntimeException e) {
            String why =
                    "version %d: shard %d can not write its part (%s): it is tried again every second; training goes on until the second next version is due"
                            .formatted(part.version(), shard, e);
            LOG.warn(why);
            post.message(machine -> machine.partFailed(part.generation(), part.step(), why));
            var unused = thread.schedule(
                    () -> writeNow(part, run, copier, wanted, post), RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Clears away what an earlier life left half done. Before anything else.
     *
     * @param publisher whether this shard is the one that publishes
     */
    void removeLeftovers(boolean publisher) {
        captures.removeLeftovers(shard);
        staging.removeLeftovers(shard);
        if (publisher) {
            try {
                registry.removeLeftovers();
            } catch (IOException e) {
                LOG.warn("what broken-off publications left can not be removed: {}", e.toString());
            }
        }
    }

    /**
     * Publishes a version or, on all shards but 0, sees whether it is published. The generation is looked at as the work begins;
     * the next one is loaded after it.
     *
     * @param again whether the last try failed: then this one comes later
     */
    void publish(OpenRun run, CoveredVersion version, boolean again, Supplier<Boolean> wanted, Post post) {
        Runnable work = () -> {
            if (!wanted.get()) {
                return;
            }
            String why = tryPublish(run, version);
            if (why == null) {
                post.message(machine -> machine.published(version.generation(), version.step()));
            } else {
                post.message(machine -> machine.publishFailed(version.generation(), version.step(), why));
            }
        };
        if (again) {
            long wait = shard == 0 ? RETRY_MILLIS : LOOK_AGAIN_MILLIS;
            var unused = thread.schedule(work, wait, TimeUnit.MILLISECONDS);
        } else {
            thread.execute(work);
        }
    }

    /** Why it is not published; empty: shard 0 has not come to it yet; null: it is. */
    private @Nullable String tryPublish(OpenRun run, CoveredVersion covered) {
        long version = run.baseVersion() + covered.step();
        try {
            if (shard == 0) {
                publisher.publish(cover(run, covered.checkpoint()), covered.parts());
                retain(run);
                return null;
            }
            return registry.everPublished().contains(version) ? null : "";
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            String why = "version %d: can not be published: %s: it is tried again every second".formatted(version, e);
            LOG.warn(why);
            return why;
        }
    }

    private void retain(OpenRun run) {
        int keep = run.files().experiment().versions().retain();
        try {
            for (AuditEntry removed : keeper.retain(keep)) {
                LOG.info("removed version {}: {}", removed.version(), removed.reason());
            }
        } catch (LedgerException | VersionException e) {
            LOG.warn("old versions stay: {}", e.getMessage());
        }
    }

    private static VersionPublisher.Cover cover(OpenRun run, long checkpoint) {
        return new VersionPublisher.Cover(
                run.opening(), run.baseVersion(), run.files(), checkpoint == 0 ? null : checkpoint);
    }

    /** Tells the machine, every second, which of the run's versions have an evaluation: whoever wrote it. */
    void watchEvaluations(Supplier<@Nullable OpenRun> open, Post post) {
        var unused = thread.scheduleWithFixedDelay(
                () -> readEvaluations(open, post), RETRY_MILLIS, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    void readEvaluations(Supplier<@Nullable OpenRun> open, Post post) {
        OpenRun run = open.get();
        if (run == null) {
            return;
        }
        try {
            List<Long> evaluated = registry.evaluated();
            long generation = run.opening().generation();
            post.message(machine ->
                    evaluated.forEach(version -> machine.evaluated(generation, version - run.baseVersion())));
        } catch (VersionException e) {
            LOG.warn("evaluations can not be listed: {}", e.getMessage());
        }
    }

    /** Finishes what was begun. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("shard {}: its disk is still busy after {} s, given up", shard, CLOSE_SECONDS);
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
