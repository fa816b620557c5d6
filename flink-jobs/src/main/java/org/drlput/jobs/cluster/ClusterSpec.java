package org.drlput.jobs.cluster;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.drlput.common.version.AtomicFile;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster should be: {@code cluster.json}.
 *
 * @param port of the JobManager; the next is its REST port, then one for each shard
 * @param workerMebibytes of a worker in all: heap, direct memory, metaspace, stacks
 * @param shardHeapMebibytes heap of a shard; direct memory of the same size at most
 * @param heartbeatTimeoutMillis how long a process may be silent before the others take it for dead
 * @param httpPort of the console, which shard 0 has; null: there is none
 */
public record ClusterSpec(
        int formatVersion,
        int workers,
        int shards,
        int port,
        int workerMebibytes,
        int shardHeapMebibytes,
        long heartbeatTimeoutMillis,
        @Nullable Integer httpPort) {
    public static final int FORMAT_VERSION = 1;
    public static final String HOST = "127.0.0.1";

    static final String JOB_MANAGER = "jobmanager";
    static final String SUPERVISOR = "supervisor";
    static final String GUARD = "guard";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Without a console. */
    public ClusterSpec(
            int formatVersion,
            int workers,
            int shards,
            int port,
            int workerMebibytes,
            int shardHeapMebibytes,
            long heartbeatTimeoutMillis) {
        this(formatVersion, workers, shards, port, workerMebibytes, shardHeapMebibytes, heartbeatTimeoutMillis, null);
    }

    public ClusterSpec withWorkers(int count) {
        return new ClusterSpec(
                formatVersion,
                count,
                shards,
                port,
                workerMebibytes,
                shardHeapMebibytes,
                heartbeatTimeoutMillis,
                httpPort);
    }

    static String worker(int index) {
        return "worker-" + index;
    }

    static String shard(int index) {
        return "shard-" + index;
    }

    /** Names of all processes that run whether there is a job or not. */
    List<String> processes() {
        List<String> names = new ArrayList<>();
        IntStream.range(0, shards).mapToObj(ClusterSpec::shard).forEach(names::add);
        IntStream.range(0, workers).mapToObj(ClusterSpec::worker).forEach(names::add);
        return names;
    }

    public int restPort() {
        return port + 1;
    }

    int shardPort(int shard) {
        return port + 2 + shard;
    }

    /** {@code host:port} of every shard, in shard order. */
    public List<String> shardAddresses() {
        return IntStream.range(0, shards)
                .mapToObj(shard -> HOST + ":" + shardPort(shard))
                .toList();
    }

    void write(Path file) throws IOException {
        byte[] json = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
        AtomicFile.write(file, out -> out.write(ByteBuffer.wrap(json)));
    }

    /** @throws ClusterException where there is none that can be read */
    public static ClusterSpec read(Path file) {
        if (!Files.exists(file)) {
            throw new ClusterException("there is no cluster")
                    .where(file.getParent())
                    .toDo("drlput cluster up --dir " + file.getParent());
        }
        try {
            ClusterSpec spec = JSON.readValue(Files.readAllBytes(file), ClusterSpec.class);
            if (spec.formatVersion() != FORMAT_VERSION) {
                throw new ClusterException("another DRL-PUT made this cluster")
                        .where(file)
                        .found("formatVersion " + spec.formatVersion())
                        .expected(FORMAT_VERSION);
            }
            return spec;
        } catch (IOException e) {
            throw new ClusterException("cluster.json can not be read", e)
                    .where(file)
                    .found(e.getMessage());
        }
    }
}
