package org.drlput.jobs.cluster;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.drlput.common.client.ClientOptions;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.client.ParameterServerException;
import org.drlput.common.wire.v1.StatusReply;

/** Asks the processes of a cluster how they are. */
final class Health {
    private static final ClientOptions SOON = new ClientOptions(
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            Duration.ofMillis(500),
            Duration.ofSeconds(2));

    private final ClusterDirectory directory;
    private final ClusterSpec spec;
    private final Optional<JobSpec> job;
    private final JobManagerRest rest;

    Health(ClusterDirectory directory, ClusterSpec spec) throws IOException {
        this.directory = directory;
        this.spec = spec;
        job = JobSpec.read(directory.job());
        rest = new JobManagerRest(spec);
    }

    /** @param entry empty where it does not run */
    ProcessStatus of(String name, Optional<ProcessTable.Entry> entry, int starts) throws InterruptedException {
        Answer answer = entry.isEmpty()
                ? new Answer(false, "dead")
                : entry.get().frozen() ? new Answer(false, "frozen by a signal") : ask(name);
        return new ProcessStatus(
                name,
                entry.map(ProcessTable.Entry::pid).orElse(null),
                Math.max(0, starts - 1),
                answer.healthy(),
                answer.text(),
                entry.map(ProcessTable.Entry::residentBytes).orElse(0L),
                directory.log(name));
    }

    private record Answer(boolean healthy, String text) {}

    private Answer ask(String name) throws InterruptedException {
        if (name.startsWith("shard-")) {
            return shard(Integer.parseInt(name.substring("shard-".length())));
        }
        if (name.startsWith("worker-")) {
            return worker(name);
        }
        if (name.equals(ClusterSpec.JOB_MANAGER)) {
            return jobManager();
        }
        return new Answer(true, "watches");
    }

    private Answer shard(int shard) {
        try (ParameterClient client =
                ParameterClient.connect(List.of(spec.shardAddresses().get(shard)), SOON)) {
            StatusReply status = client.status(0, -1, Duration.ZERO);
            if (status.getShard() != shard || status.getShardCount() != spec.shards()) {
                return new Answer(
                        false, "says that it is shard %d of %d".formatted(status.getShard(), status.getShardCount()));
            }
            return status.getGeneration() == 0
                    ? new Answer(true, "serves versions, no run is open")
                    : new Answer(
                            true, "serves, generation %d, step %d".formatted(status.getGeneration(), status.getStep()));
        } catch (ParameterServerException | StatusRuntimeException e) {
            return new Answer(false, "does not answer");
        }
    }

    private Answer worker(String name) throws InterruptedException {
        Map<String, Integer> free = rest.freeSlots();
        if (free.isEmpty()) {
            return new Answer(true, "waits for a job");
        }
        Integer slots = free.get(name);
        return slots == null
                ? new Answer(false, "is not known to the JobManager yet")
                : new Answer(true, slots == 0 ? "works" : "idle");
    }

    private Answer jobManager() throws InterruptedException {
        if (job.isEmpty()) {
            return new Answer(true, "no job");
        }
        return rest.state(job.get().jobId())
                .map(state -> new Answer(
                        state.equals("RUNNING"),
                        "job %s is %s".formatted(job.get().run(), state)))
                .orElse(new Answer(false, "does not answer yet"));
    }
}
