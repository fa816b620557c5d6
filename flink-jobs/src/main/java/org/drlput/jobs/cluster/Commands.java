package org.drlput.jobs.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Command lines of a cluster's processes: the Java and the class path of this one. */
final class Commands {
    private static final List<String> OPENS = List.of(
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "-Dio.netty.tryReflectionSetAccessible=true",
            "-Dfile.encoding=UTF-8");
    /** Of processes that compute nothing: the first compiler is enough, and they start sooner. */
    private static final List<String> LIGHT = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private final ClusterDirectory directory;
    private final Path java;
    private final String classPath;

    private Commands(ClusterDirectory directory, Path java, String classPath) {
        this.directory = directory;
        this.java = java;
        this.classPath = classPath;
    }

    static Commands ofThisProcess(ClusterDirectory directory) {
        return new Commands(
                directory,
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"));
    }

    /** Settings of the environment beside those of this process. */
    Map<String, String> environment() {
        return Map.of("CLASSPATH", classPath);
    }

    List<String> of(String process, ClusterSpec spec) {
        String[] parts = process.split("-", 2);
        return switch (parts[0]) {
            case "worker" -> worker(process, spec);
            case "shard" -> shard(process, Integer.parseInt(parts[1]), spec);
            case ClusterSpec.JOB_MANAGER -> jobManager(spec);
            case ClusterSpec.SUPERVISOR -> supervisor();
            default -> throw new IllegalArgumentException("process: found " + process);
        };
    }

    private List<String> java(String process) {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.add(ProcessTable.CLUSTER + directory.root());
        command.add(ProcessTable.NAME + process);
        command.add("-Djava.io.tmpdir=" + directory.temporary(process));
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.add("-XX:-UsePerfData");
        command.addAll(OPENS);
        return command;
    }

    private List<String> worker(String process, ClusterSpec spec) {
        FlinkSettings.Memory memory = FlinkSettings.ofWorker(spec);
        List<String> command = java(process);
        command.addAll(memory.jvm());
        command.add("-XX:+UseParallelGC");
        command.add("-Dlog4j2.configurationFile=" + logSettings());
        command.add("org.apache.flink.runtime.taskexecutor.TaskManagerRunner");
        command.add("--configDir");
        command.add(directory.configuration().toString());
        command.addAll(memory.arguments());
        command.addAll(List.of("-D", "taskmanager.resource-id=" + process));
        command.addAll(List.of("-D", "io.tmp.dirs=" + directory.temporary(process)));
        return command;
    }

    private List<String> shard(String process, int shard, ClusterSpec spec) {
        List<String> command = java(process);
        command.add("-Xmx" + spec.shardHeapMebibytes() + "m");
        command.add("-XX:MaxDirectMemorySize=" + spec.shardHeapMebibytes() + "m");
        command.add("-XX:MaxMetaspaceSize=96m");
        command.add("-XX:+UseSerialGC");
        command.add("org.drlput.jobs.cli.DrlPut");
        command.add("server");
        command.addAll(List.of("--shard", String.valueOf(shard), "--shards", String.valueOf(spec.shards())));
        command.addAll(List.of("--data", directory.data().toString()));
        command.addAll(List.of("--port", String.valueOf(spec.shardPort(shard))));
        if (shard == 0 && spec.httpPort() != null) {
            command.addAll(List.of("--http-port", String.valueOf(spec.httpPort())));
            command.addAll(List.of("--http-shards", String.join(",", spec.shardAddresses())));
        }
        return command;
    }

    private List<String> jobManager(ClusterSpec spec) {
        List<String> command = java(ClusterSpec.JOB_MANAGER);
        command.addAll(FlinkSettings.ofJobManager(spec).jvm());
        command.addAll(LIGHT);
        command.add("-Dlog4j2.configurationFile=" + logSettings());
        command.add(JobManagerProcess.class.getName());
        command.add(directory.root().toString());
        return command;
    }

    List<String> supervisor() {
        List<String> command = java(ClusterSpec.SUPERVISOR);
        command.addAll(List.of("-Xmx48m", "-XX:MaxMetaspaceSize=64m"));
        command.addAll(LIGHT);
        command.add("-Dlog4j2.configurationFile=" + logSettings());
        command.add(Supervisor.class.getName());
        command.add(directory.root().toString());
        return command;
    }

    /** Starts the supervisor again when it died; ends when the cluster is down. */
    List<String> guard() {
        String script = """
                pids=%1$s; log=%2$s
                while [ -d "$pids" ]; do
                    pid=$(cat "$pids/supervisor" 2>/dev/null)
                    if [ -z "$pid" ] || [ ! -d "/proc/$pid" ] || grep -qs '^State:[[:space:]]*Z' "/proc/$pid/status"; then
                        "$@" </dev/null >>"$log" 2>&1 &
                        echo $! >"$pids/supervisor"
                    fi
                    sleep 0.5
                done
                """.formatted(
                        quoted(directory.pids().toString()),
                        quoted(directory.log(ClusterSpec.SUPERVISOR).toString()));
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, ProcessTable.NAME + ClusterSpec.GUARD));
        command.addAll(supervisor());
        return command;
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    private String logSettings() {
        return directory.configuration().resolve("log4j2.properties").toUri().toString();
    }
}
