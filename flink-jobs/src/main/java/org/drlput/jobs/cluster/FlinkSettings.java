package org.drlput.jobs.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessSpec;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;

/** Flink's settings of a cluster on this machine, the same for workers and JobManager, and the memory that follows from them. */
final class FlinkSettings {
    private static final int JOB_MANAGER_MEBIBYTES = 480;
    private static final String LOG_SETTINGS = """
            status = error
            rootLogger.level = INFO
            rootLogger.appenderRef.console.ref = console
            appender.console.type = Console
            appender.console.name = console
            appender.console.layout.type = PatternLayout
            appender.console.layout.pattern = %d{yyyy-MM-dd'T'HH:mm:ss.SSSX}{UTC} %-5level %logger{1} [%t] %m%n%ex
            logger.pekko.name = org.apache.pekko
            logger.pekko.level = ERROR
            """;

    private FlinkSettings() {}

    private static Map<String, String> of(ClusterSpec spec) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("jobmanager.rpc.address", ClusterSpec.HOST);
        settings.put("jobmanager.rpc.port", String.valueOf(spec.port()));
        settings.put("jobmanager.bind-host", ClusterSpec.HOST);
        settings.put("rest.address", ClusterSpec.HOST);
        settings.put("rest.bind-address", ClusterSpec.HOST);
        settings.put("rest.bind-port", String.valueOf(spec.restPort()));
        settings.put("rest.port", String.valueOf(spec.restPort()));
        settings.put("taskmanager.host", ClusterSpec.HOST);
        settings.put("taskmanager.bind-host", ClusterSpec.HOST);
        settings.put("web.refresh-interval", "300");

        settings.put("jobmanager.memory.process.size", JOB_MANAGER_MEBIBYTES + "m");
        settings.put("jobmanager.memory.off-heap.size", "64m");
        settings.put("jobmanager.memory.jvm-metaspace.size", "128m");
        settings.put("jobmanager.memory.jvm-overhead.min", "64m");
        settings.put("taskmanager.memory.process.size", spec.workerMebibytes() + "m");
        settings.put("taskmanager.memory.managed.size", "48m");
        settings.put("taskmanager.memory.network.min", "16m");
        settings.put("taskmanager.memory.network.max", "16m");
        settings.put("taskmanager.memory.task.off-heap.size", spec.workerMebibytes() / 6 + "m");
        settings.put("taskmanager.memory.framework.heap.size", "64m");
        settings.put("taskmanager.memory.framework.off-heap.size", "64m");
        settings.put("taskmanager.memory.jvm-metaspace.size", "128m");
        settings.put("taskmanager.memory.jvm-overhead.min", "64m");
        // a worker is a slot
        settings.put("taskmanager.numberOfTaskSlots", "1");

        recovery(spec, settings);
        return settings;
    }

    /** How deaths are noticed, and what then happens. */
    private static void recovery(ClusterSpec spec, Map<String, String> settings) {
        settings.put("heartbeat.interval", "1000");
        settings.put("heartbeat.timeout", String.valueOf(spec.heartbeatTimeoutMillis()));
        settings.put("cluster.registration.initial-timeout", "200 ms");
        settings.put("cluster.registration.max-timeout", "1 s");
        settings.put("cluster.registration.error-delay", "500 ms");
        settings.put("cluster.registration.refused-registration-delay", "1 s");
        // workers are there before the job and after it; Flink's timers reach no farther than 248 days
        settings.put("taskmanager.registration.timeout", "240 d");
        // a task that does not end by itself is not waited for longer than this: then its worker ends
        settings.put("task.cancellation.timeout", "60000");

        settings.put("jobmanager.scheduler", "adaptive");
        settings.put("jobmanager.adaptive-scheduler.submission.resource-wait-timeout", "240 d");
        settings.put("jobmanager.adaptive-scheduler.submission.resource-stabilization-timeout", "2 s");
        settings.put("jobmanager.adaptive-scheduler.executing.resource-stabilization-timeout", "2 s");
        settings.put("jobmanager.adaptive-scheduler.executing.cooldown-after-rescaling", "1 s");
        settings.put("restart-strategy.type", "fixed-delay");
        settings.put("restart-strategy.fixed-delay.attempts", String.valueOf(Integer.MAX_VALUE));
        settings.put("restart-strategy.fixed-delay.delay", "500 ms");
    }

    /** Writes what workers and JobManager read at their start. */
    static void write(ClusterSpec spec, Path directory) throws IOException {
        Files.createDirectories(directory);
        StringBuilder yaml = new StringBuilder();
        of(spec).forEach((key, value) ->
                yaml.append(key).append(": \"").append(value).append("\"\n"));
        Files.writeString(directory.resolve("config.yaml"), yaml);
        Files.writeString(directory.resolve("log4j2.properties"), LOG_SETTINGS);
    }

    /** @param jvm flags; @param arguments settings with the sizes that were worked out */
    record Memory(List<String> jvm, List<String> arguments) {}

    /** @throws ClusterException where a worker can not do with its memory */
    static Memory ofWorker(ClusterSpec spec) {
        TaskExecutorProcessSpec sizes;
        try {
            sizes = TaskExecutorProcessUtils.processSpecFromConfig(Configuration.fromMap(of(spec)));
        } catch (IllegalConfigurationException e) {
            throw new ClusterException("a worker can not do with %d MiB".formatted(spec.workerMebibytes()), e)
                    .found(e.getMessage())
                    .toDo("give it more with --worker-memory");
        }
        return new Memory(
                words(ProcessMemoryUtils.generateJvmParametersStr(sizes)),
                words(TaskExecutorProcessUtils.generateDynamicConfigsStr(sizes)));
    }

    static Memory ofJobManager(ClusterSpec spec) {
        Configuration settings = Configuration.fromMap(of(spec));
        JobManagerProcessSpec sizes = JobManagerProcessUtils.processSpecFromConfig(settings);
        return new Memory(words(JobManagerProcessUtils.generateJvmParametersStr(sizes, settings)), List.of());
    }

    private static List<String> words(String text) {
        return Stream.of(text.split("\\s+")).filter(word -> !word.isEmpty()).toList();
    }
}
