package org.drlput.jobs.train;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.log.FirstPassFile;
import org.drlput.common.wire.v1.OpenReply;
import org.drlput.common.wire.v1.OpenRequest;
import org.drlput.common.wire.v1.StatusReply;
import org.drlput.jobs.task.TaskThread;
import org.jspecify.annotations.Nullable;

/**
 * Opens the shards for a new generation and then follows how far they get, on a thread of its own; tells the source reader
 * whenever something changed. What it knows is one immutable {@link View}.
 */
final class ShardWatcher implements AutoCloseable {
    private static final Duration WAIT = Duration.ofSeconds(5);

    private final RunContext context;
    private final RunSplit position;
    private final Runnable changed;
    private final TaskThread thread;
    private volatile View view = new View(null, 0, false, null);

    /** What the shards answered to {@code Open}. */
    record Opened(long generation, long[] incarnations, long lastCut) {}

    /**
     * @param opened null before all shards are
     * @param completed steps that every shard has applied
     * @param finished every version of the run is published and evaluated
     * @param failure why it can not go on; null while it can
     */
    record View(
            @Nullable Opened opened,
            long completed,
            boolean finished,
            @Nullable Throwable failure) {}

    private ShardWatcher(RunContext context, RunSplit position, Runnable changed) {
        this.context = context;
        this.position = position;
        this.changed = changed;
        thread = TaskThread.start("shard-watcher", this::run, e -> publish(new View(null, 0, false, e)));
    }

    static ShardWatcher start(RunContext context, RunSplit position, Runnable changed) {
        return new ShardWatcher(context, position, changed);
    }

    /** @throws TrainingException if the shards can not be followed any more */
    View view() {
        View now = view;
        if (now.failure() != null) {
            throw now.failure() instanceof TrainingException e
                    ? e
                    : new TrainingException(
                            "the parameter servers can not be followed: "
                                    + now.failure().getMessage(),
                            now.failure());
        }
        return now;
    }

    private void run(TaskThread self) throws IOException {
        try (ParameterClient client = ParameterClient.connect(context.settings().servers())) {
            Opened opened = open(client);
            publish(new View(opened, position.boundary(), false, null));
            follow(self, client, opened);
        }
    }

    private void publish(View next) {
        view = next;
        changed.run();
    }

    private Opened open(ParameterClient client) throws IOException {
        long highest = position.generation();
        for (StatusReply status : client.statuses()) {
            highest = Math.max(highest, status.getGeneration());
        }
        byte[] firstPass =
                Files.readAllBytes(Path.of(context.settings().firstPass()).resolve(FirstPassFile.NAME));
        OpenRequest request = OpenRequest.newBuilder()
                .setRun(context.settings().run())
                .setGeneration(highest + 1)
                .setNonce(new SecureRandom().nextLong())
                .setShardCount(client.shardCount())
                .setExperimentSha256(context.experimentSha256())
                .setFirstPassSha256(context.firstPassSha256())
                .setKernel(context.settings().kernel())
                .setExperiment(ByteString.copyFrom(context.settings().experimentYaml()))
                .setFirstPass(ByteString.copyFrom(firstPass))
                .build();
        List<OpenReply> replies = client.open(request);
        long[] incarnations =
                replies.stream().mapToLong(OpenReply::getIncarnation).toArray();
        return new Opened(highest + 1, incarnations, -1);
    }

    private void follow(TaskThread self, ParameterClient client, Opened opened) {
        long totalSteps = context.plan().totalSteps();
        long completed = position.boundary();
        boolean finished = false;
        long revision = 1;
        while (!finished && !self.closed()) {
            boolean end = completed >= totalSteps;
            long least = Long.MAX_VALUE;
            for (int shard = 0; shard < client.shardCount(); shard++) {
                // at the end only shard 0's registry is waited for
                StatusReply status = shard == 0 && end
                        ? client.status(shard, completed, revision, WAIT)
                        : client.status(shard, completed, end ? Duration.ZERO : WAIT);
                requireAlive(shard, status, opened);
                least = Math.min(least, status.getStep());
                if (shard == 0) {
                    finished = end && status.getEvaluatedCount() >= context.versionCount();
                    revision = Math.max(1, status.getRevision());
                }
            }
            completed = least;
            publish(new View(opened, completed, finished, null));
        }
    }

    private static void requireAlive(int shard, StatusReply status, Opened opened) {
        if (!status.getFailure().isEmpty()) {
            throw new TrainingException("shard %d: %s".formatted(shard, status.getFailure()));
        }
        if (status.getIncarnation() != opened.incarnations()[shard] || status.getGeneration() != opened.generation()) {
            throw new TrainingException(
                    "shard %d: is in generation %d, expected %d: it was started anew, or another run opened it"
                            .formatted(shard, status.getGeneration(), opened.generation()));
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
