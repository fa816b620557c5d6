package org.drlput.jobs.cluster;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.flink.api.common.JobID;
import org.drlput.common.version.AtomicFile;

/**
 * The job that a cluster should run, {@code job.json}: all that a JobManager needs to start it, or to go on with it.
 *
 * @param out absolute: the run's directory
 * @param servers {@code host:port} of every shard, as the job reaches them
 * @param parallelism at the job's start; later as {@code scale} says
 */
record JobSpec(
        int formatVersion,
        String run,
        String out,
        List<String> servers,
        String kernel,
        int parallelism,
        long checkpointIntervalMillis,
        long checkpointTimeoutMillis) {
    static final int FORMAT_VERSION = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Flink's id of the job: the same for every JobManager that runs it. */
    JobID jobId() {
        UUID id = UUID.nameUUIDFromBytes(run.getBytes(StandardCharsets.UTF_8));
        return new JobID(id.getLeastSignificantBits(), id.getMostSignificantBits());
    }

    void write(Path file) throws IOException {
        byte[] json = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
        AtomicFile.write(file, out -> out.write(ByteBuffer.wrap(json)));
    }

    static Optional<JobSpec> read(Path file) throws IOException {
        return Files.exists(file)
                ? Optional.of(JSON.readValue(Files.readAllBytes(file), JobSpec.class))
                : Optional.empty();
    }
}
