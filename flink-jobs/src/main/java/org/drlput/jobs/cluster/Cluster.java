package org.drlput.jobs.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.commons.io.file.PathUtils;
import org.drlput.jobs.cluster.ProcessTable.Signal;
import org.jspecify.annotations.Nullable;

/** A cluster on this machine, as a command or a test sees it: brings it up and down, changes it, tells how it is. */
public final class Cluster {
    private static final long POLL_MILLIS = 100;
    private static final long UP_MILLIS = 90_000;
    private static final long GRACE_MILLIS = 10_000;
    private static final long FREE_PORT_MILLIS = 3_000;
    private static final int LOG_LINES = 3;

    private final ClusterDirectory directory;

    public Cluster(Path root) {
        directory = ClusterDirectory.of(root);
    }

    public ClusterDirectory directory() {
        return directory;
    }

    public ClusterSpec spec() {
        return ClusterSpec.read(directory.spec());
    }

    /** Whether there is a cluster in this directory, up or not. */
    public boolean exists() {
        return Files.exists(directory.spec());
    }

    /** Whether it is up: something watches over its processes. */
    public boolean isUp() {
        return ProcessTable.of(directory).stream()
                .anyMatch(
                        e -> e.name().equals(ClusterSpec.SUPERVISOR) || e.name().equals(ClusterSpec.GUARD));
    }

    /**
     * Starts all processes and waits until they are there. A job that was running when the cluster died goes on by itself.
     *
     * @throws ClusterException where it is up already, a port is taken, or a process does not start; then nothing is left running
     */
    public void up(ClusterSpec spec) throws IOException, InterruptedException {
        if (isUp()) {
            throw new ClusterException("the cluster is up already")
                    .where(directory.root())
                    .found("%d workers, %d shards".formatted(spec().workers(), spec().shards()))
                    .toDo("drlput cluster status, scale or down");
        }
        // what an earlier cluster left when its supervisor and guard were killed at once
        killAll();
        FlinkSettings.ofWorker(spec);
        requireFreePorts(spec);
        Files.createDirectories(directory.logs());
        Files.createDirectories(directory.data());
        if (Files.exists(directory.run())) {
            PathUtils.delete(directory.run());
        }
        FlinkSettings.write(spec, directory.configuration());
        spec.write(directory.spec());
        Files.createDirectories(directory.pids());
        Supervisor.startGuard(directory, Commands.ofThisProcess(directory));
        try {
            awaitUp();
        } catch (ClusterException | InterruptedException e) {
            stopAll();
            throw e;
        }
    }

    private static void requireFreePorts(ClusterSpec spec) throws InterruptedException {
        for (int port = spec.port(); port < spec.shardPort(spec.shards()); port++) {
            long deadline = System.currentTimeMillis() + FREE_PORT_MILLIS;
            // those of a process that has just been killed take a moment
            for (IOException e = bind(port); e != null; e = bind(port)) {
                if (System.currentTimeMillis() > deadline) {
                    throw new ClusterException("port %d is taken".formatted(port), e)
                            .found(e.getMessage())
                            .expected("ports %d to %d free".formatted(spec.port(), spec.shardPort(spec.shards()) - 1))
                            .toDo("give another first port with --port, or stop who has it");
                }
                Thread.sleep(POLL_MILLIS);
            }
        }
    }

    private static @Nullable IOException bind(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(ClusterSpec.HOST, port));
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    private void awaitUp() throws IOException, InterruptedException {
        long deadline = System.currentTimeMillis() + UP_MILLIS;
        while (true) {
            Optional<ProcessStatus> missing = status().stream()
                    // a job that is resumed takes its own time
                    .filter(s -> !s.name().equals(ClusterSpec.JOB_MANAGER))
                    .filter(s -> s.pid() == null || s.name().startsWith("shard-") && !s.healthy())
                    .findFirst();
            if (missing.isEmpty()) {
                return;
            }
            ProcessStatus process = missing.get();
            if (process.restarts() > 2 || System.currentTimeMillis() > deadline) {
                throw new ClusterException(process.name() + " does not start")
                        .found(lastLines(process.log()))
                        .toDo("see " + process.log());
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private static String lastLines(Path log) throws IOException {
        if (!Files.exists(log)) {
            return "no log";
        }
        List<String> lines = Files.readAllLines(log);
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }

    /** Every process that should run, and every other one that does. */
    public List<ProcessStatus> status() throws IOException, InterruptedException {
        ClusterSpec spec = spec();
        Map<String, ProcessTable.Entry> running = new HashMap<>();
        ProcessTable.of(directory).forEach(entry -> running.put(entry.name(), entry));
        List<String> names = new ArrayList<>(List.of(ClusterSpec.GUARD, ClusterSpec.SUPERVISOR));
        names.addAll(spec.processes());
        if (unfinishedJob().isPresent() || running.containsKey(ClusterSpec.JOB_MANAGER)) {
            names.add(ClusterSpec.JOB_MANAGER);
        }
        running.keySet().stream().filter(name -> !names.contains(name)).sorted().forEach(names::add);
        Supervision seen = Supervision.read(directory.supervision());
        Health health = new Health(directory, spec);
        List<ProcessStatus> all = new ArrayList<>();
        for (String name : names) {
            int starts =
                    seen.processes().getOrDefault(name, Supervision.Seen.NEVER).starts();
            all.add(health.of(name, Optional.ofNullable(running.get(name)), starts));
        }
        return all;
    }

    Optional<JobSpec> unfinishedJob() throws IOException {
        return JobSpec.read(directory.job())
                .filter(job -> !CompletedCheckpoints.ended(directory.recovery(), job.jobId()));
    }

    /** The run of the job that has not ended; null: there is none. */
    public @Nullable String unfinishedRun() throws IOException {
        return unfinishedJob().map(JobSpec::run).orElse(null);
    }

    /** All processes of the cluster that live. */
    public List<ProcessTable.Entry> processes() {
        return ProcessTable.of(directory);
    }

    /** How often the running job has completed a checkpoint, and failed to, since its JobManager started; zeros without one. */
    public Checkpoints checkpoints() throws IOException, InterruptedException {
        Optional<JobSpec> job = unfinishedJob();
        if (job.isEmpty()) {
            return new Checkpoints(0, 0);
        }
        return new JobManagerRest(spec()).checkpoints(job.get().jobId());
    }

    /** Of one life of a JobManager. */
    public record Checkpoints(long completed, long failed) {}

    /** The number of the completed checkpoint that a new JobManager would go on from; empty: none yet. */
    public OptionalLong newestCheckpoint() throws IOException {
        Optional<JobSpec> job = unfinishedJob();
        return job.isEmpty()
                ? OptionalLong.empty()
                : new CompletedCheckpoints(directory.recovery())
                        .newest(job.get().jobId());
    }

    /** Whether the process of this name lives. */
    boolean runs(String process) {
        return ProcessTable.of(directory).stream()
                .anyMatch(entry -> entry.name().equals(process));
    }

    /**
     * That a run can be given to this cluster now.
     *
     * @param run that may be there already; empty: none may
     * @throws ClusterException where it is not up, or has another job
     */
    public void requireReady(String run) throws IOException {
        if (!isUp()) {
            throw new ClusterException("the cluster is not up")
                    .where(directory.root())
                    .toDo("drlput cluster up --dir " + directory.root());
        }
        requireNoJobBut(run);
    }

    void requireNoJobBut(String run) throws IOException {
        Optional<JobSpec> job = unfinishedJob();
        if (job.isPresent() && !job.get().run().equals(run)) {
            throw new ClusterException("the cluster has a job already")
                    .found("run %s in %s".formatted(job.get().run(), job.get().out()))
                    .expected("a cluster without a job: it runs one at a time")
                    .toDo("wait for its end, or bring another cluster up in another directory");
        }
    }

    /** Drops the job that is not over; only while the cluster is down. */
    public void forgetJob() throws IOException {
        Files.deleteIfExists(directory.job());
        if (Files.exists(directory.recovery())) {
            PathUtils.delete(directory.recovery());
        }
    }

    /** Changes the number of workers; a running job uses them as soon as they are there. */
    public void scale(int workers) throws IOException, InterruptedException {
        ClusterSpec before = spec();
        if (!isUp()) {
            throw new ClusterException("the cluster is not up")
                    .where(directory.root())
                    .toDo("drlput cluster up --workers " + workers + " --dir " + directory.root());
        }
        Optional<JobSpec> job = unfinishedJob();
        if (job.isPresent() && workers < before.workers()) {
            // the job leaves the workers before they end
            tellJob(job.get(), workers);
        }
        before.withWorkers(workers).write(directory.spec());
        if (job.isPresent() && workers > before.workers()) {
            tellJob(job.get(), workers);
        }
    }

    private void tellJob(JobSpec job, int workers) throws IOException, InterruptedException {
        try {
            new JobManagerRest(spec()).scale(job.jobId(), workers);
        } catch (IOException e) {
            throw new ClusterException("the job can not be scaled now", e)
                    .where("run " + job.run())
                    .found(e.getMessage())
                    .toDo("wait until drlput cluster status says that the job is RUNNING, and scale again");
        }
    }

    /**
     * Ends every process and removes what they need only while they run. A job that is not over goes on at the next {@link #up}.
     *
     * @return how many processes were ended
     */
    public int down() throws IOException, InterruptedException {
        if (!exists()) {
            throw new ClusterException("there is no cluster").where(directory.root());
        }
        return stopAll();
    }

    private int stopAll() throws IOException, InterruptedException {
        if (Files.exists(directory.pids())) {
            // guard and supervisor end when this is gone
            PathUtils.delete(directory.pids());
        }
        int ended = killAll();
        if (Files.exists(directory.run())) {
            PathUtils.delete(directory.run());
        }
        return ended;
    }

    /**
     * Those that would start others, and the JobManager, are killed: to end in peace would end its job. The others are asked
     * first. Frozen ones hear nothing else.
     */
    private int killAll() throws InterruptedException {
        int ended = 0;
        long deadline = System.currentTimeMillis() + GRACE_MILLIS;
        List<ProcessTable.Entry> alive = ProcessTable.of(directory);
        List<Long> asked = new ArrayList<>();
        while (!alive.isEmpty()) {
            for (ProcessTable.Entry entry : alive) {
                boolean asks =
                        entry.name().startsWith("worker-") || entry.name().startsWith("shard-");
                if (!asks || entry.frozen() || System.currentTimeMillis() > deadline) {
                    ProcessTable.signal(entry.pid(), Signal.KILL);
                } else if (!asked.contains(entry.pid())) {
                    ProcessTable.signal(entry.pid(), Signal.TERM);
                }
                if (!asked.contains(entry.pid())) {
                    asked.add(entry.pid());
                    ended++;
                }
            }
            Thread.sleep(POLL_MILLIS);
            alive = ProcessTable.of(directory);
        }
        return ended;
    }
}
