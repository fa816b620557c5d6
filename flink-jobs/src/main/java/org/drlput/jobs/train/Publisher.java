package org.drlput.jobs.train;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.client.RunFence;
import org.drlput.common.wire.v1.StagedFile;
import org.drlput.common.wire.v1.StatusReply;
import org.drlput.jobs.task.TaskThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes each version once every shard holds its part of it durably, on a thread of its own: watches what the shards have
 * staged and tells shard 0 to write the manifest.
 */
final class Publisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    private static final Duration WAIT = Duration.ofSeconds(2);

    private final TrainSettings settings;
    private final RunFence fence;
    private final TaskThread thread;
    private String lastWarning = "";

    private Publisher(TrainSettings settings, RunFence fence, Consumer<Throwable> onFailure) {
        this.settings = settings;
        this.fence = fence;
        thread = TaskThread.start("publisher", this::run, onFailure);
    }

    static Publisher start(TrainSettings settings, RunFence fence, Consumer<Throwable> onFailure) {
        return new Publisher(settings, fence, onFailure);
    }

    private void run(TaskThread self) {
        try (ParameterClient client = ParameterClient.connect(settings.servers())) {
            while (!self.closed()) {
                List<StatusReply> statuses = client.statuses();
                warn(statuses);
                SortedMap<Long, List<StagedFile>> staged = staged(statuses);
                List<StagedFile> whole = new ArrayList<>();
                staged.values().stream()
                        .filter(files -> files.size() == statuses.size())
                        .forEach(whole::addAll);
                if (whole.isEmpty()) {
                    int shard = behind(staged, statuses);
                    client.status(
                            shard,
                            Long.MAX_VALUE,
                            Math.max(1, statuses.get(shard).getRevision()),
                            WAIT);
                } else {
                    client.confirm(fence, whole);
                }
            }
        }
    }

    private void warn(List<StatusReply> statuses) {
        for (StatusReply status : statuses) {
            String warning = status.getWarning();
            if (!warning.isEmpty() && !warning.equals(lastWarning)) {
                lastWarning = warning;
                LOG.warn("shard {}: {}", status.getShard(), warning);
            }
        }
    }

    /** Per version, one file of each shard that has staged its part. */
    private static SortedMap<Long, List<StagedFile>> staged(List<StatusReply> statuses) {
        SortedMap<Long, List<StagedFile>> byVersion = new TreeMap<>();
        for (StatusReply status : statuses) {
            for (StagedFile file : status.getStagedList()) {
                byVersion
                        .computeIfAbsent(file.getVersion(), v -> new ArrayList<>())
                        .add(file);
            }
        }
        return byVersion;
    }

    /** A shard that the oldest version waits for; shard 0 where none has begun. */
    private static int behind(SortedMap<Long, List<StagedFile>> staged, List<StatusReply> statuses) {
        if (staged.isEmpty()) {
            return 0;
        }
        long oldest = staged.firstKey();
        for (int shard = 0; shard < statuses.size(); shard++) {
            boolean has = statuses.get(shard).getStagedList().stream().anyMatch(file -> file.getVersion() == oldest);
            if (!has) {
                return shard;
            }
        }
        return 0;
    }

    @Override
    public void close() {
        thread.close();
    }
}
