package org.drlput.jobs.train;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.client.ParameterServerException;
import org.drlput.common.client.VersionClient;
import org.drlput.common.log.FirstPassFile;
import org.drlput.common.wire.v1.OpenReply;
import org.drlput.common.wire.v1.OpenRequest;
import org.drlput.common.wire.v1.StatusReply;
import org.drlput.jobs.protocol.RunCourse;
import org.drlput.jobs.protocol.ShardView;
import org.drlput.jobs.protocol.SourceMachine;
import org.drlput.jobs.task.TaskThread;
import org.drlput.server.rpc.CaptureMessages;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the shards for a new generation and then follows how far they get, on a thread of its own; tells the source reader
 * whenever something changed. What it knows is one immutable {@link View}.
 */
final class ShardWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardWatcher.class);
    private static final Duration WAIT = Duration.ofSeconds(5);
    private static final int OPEN_ATTEMPTS = 5;

    private final RunContext context;
    private final RunSplit position;
    private final Runnable changed;
    private final TaskThread thread;
    private final JudgedVersions judged;
    private volatile View view;
    private String lastWarning = "";

    /** What the shards answered to {@code Open}. */
    record Opened(long generation, List<Long> incarnations) {}

    /**
     * @param opened null before all shards are
     * @param shards what is known of each since then, in shard order
     * @param course what is known of the run's end
     * @param failure why it can not go on; null while it can
     */
    record View(
            @Nullable Opened opened,
            List<ShardView> shards,
            RunCourse course,
            @Nullable Throwable failure) {}

    private ShardWatcher(RunContext context, RunSplit position, Runnable changed) {
        this.context = context;
        this.position = position;
        this.changed = changed;
        judged = new JudgedVersions(
                context.experiment().versions(), context.plan().totalSteps());
        RunCourse unknown = judged.course();
        view = new View(null, List.of(), unknown, null);
        thread = TaskThread.start("shard-watcher", this::run, e -> publish(new View(null, List.of(), unknown, e)));
    }

    static ShardWatcher start(RunContext context, RunSplit position, Runnable changed) {
        return new ShardWatcher(context, position, changed);
    }

    /** @throws RuntimeException if the shards can not be followed any more */
    View view() {
        View now = view;
        if (now.failure() != null) {
            throw Failures.classified(now.failure()) instanceof RuntimeException e
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
            publish(new View(opened, List.of(), judged.course(), null));
            follow(self, client, opened);
        }
    }

    private void publish(View next) {
        view = next;
        changed.run();
    }

    /** Shards that know a higher generation by now refuse; then they are asked what they know. */
    private Opened open(ParameterClient client) throws IOException {
        for (int refused = 0; ; refused++) {
            List<Long> known =
                    client.statuses().stream().map(StatusReply::getGeneration).toList();
            long generation = SourceMachine.generationAbove(position.key(), known);
            try {
                List<OpenReply> replies = client.open(request(generation, client.shardCount()));
                return new Opened(
                        generation,
                        replies.stream().map(OpenReply::getIncarnation).toList());
            } catch (ParameterServerException e) {
                if (!Failures.otherLife(e) || refused == OPEN_ATTEMPTS) {
                    throw e;
                }
                LOG.info("generation {} was refused, asking again: {}", generation, e.getMessage());
            }
        }
    }

    private OpenRequest request(long generation, int shards) throws IOException {
        Path firstPass = Path.of(context.settings().firstPass());
        OpenRequest.Builder request = OpenRequest.newBuilder()
                .setRun(context.settings().run())
                .setGeneration(generation)
                .setNonce(new SecureRandom().nextLong())
                .setShardCount(shards)
                .setExperimentSha256(context.experimentSha256())
                .setFirstPassSha256(context.firstPassSha256())
                .setKernel(context.settings().kernel())
                .setExperiment(ByteString.copyFrom(context.settings().experimentYaml()))
                .setFirstPass(ByteString.copyFrom(Files.readAllBytes(firstPass.resolve(FirstPassFile.NAME))))
                .setTotalSteps(context.plan().totalSteps());
        if (position.restored()) {
            request.setCaptureKey(CaptureMessages.key(position.key())).setCaptureCheckpoint(position.checkpoint());
        }
        return request.build();
    }

    private void follow(TaskThread self, ParameterClient client, Opened opened) throws IOException {
        try (VersionClient versions = client.versions()) {
            follow(self, client, versions, opened);
        }
    }

    private void follow(TaskThread self, ParameterClient client, VersionClient versions, Opened opened) {
        boolean mayEndEarly = context.experiment().versions().patience() > 0;
        long completed = position.key().boundary();
        long revision = 1;
        while (!self.closed()) {
            // nothing more is planned before versions are judged
            boolean held = completed >= judged.course().open();
            long least = Long.MAX_VALUE;
            List<ShardView> shards = new ArrayList<>();
            for (int shard = 0; shard < client.shardCount(); shard++) {
                // then only shard 0's registry is waited for
                StatusReply status = shard == 0 && (held || mayEndEarly)
                        ? client.status(shard, completed, revision, WAIT)
                        : client.status(shard, completed, held ? Duration.ZERO : WAIT);
                warn(status);
                shards.add(view(status));
                least = Math.min(least, status.getStep());
                if (shard == 0) {
                    revision = Math.max(1, status.getRevision());
                    Set<Long> evaluated = Set.copyOf(status.getEvaluatedList());
                    judged.follow(
                            status.getBaseVersion(),
                            version -> evaluated.contains(version) ? versions.evaluation(version) : Optional.empty());
                }
            }
            completed = least;
            publish(new View(opened, List.copyOf(shards), judged.course(), null));
        }
    }

    private void warn(StatusReply status) {
        String warning = status.getWarning();
        if (!warning.isEmpty() && !warning.equals(lastWarning)) {
            lastWarning = warning;
            LOG.warn("shard {}: {}", status.getShard(), warning);
        }
    }

    /** A shard that was started anew is not opened, whatever generation it knows of. */
    private static ShardView view(StatusReply status) {
        return new ShardView(
                status.getGeneration(),
                status.getIncarnation(),
                status.getStep(),
                status.getPublishedCount(),
                status.getEvaluatedCount(),
                status.getFailure());
    }

    @Override
    public void close() {
        thread.close();
    }
}
