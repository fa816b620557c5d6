package org.drlput.jobs.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.io.file.PathUtils;
import org.drlput.jobs.cluster.ProcessTable.Signal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The small process that keeps a cluster what its files say it should be: starts what is missing, starts again what died, stops
 * what is too many. It holds nothing that matters: killed and started again, it takes over the processes that live. A guard, a
 * loop of the shell, starts it again; it starts the guard again. One thread.
 */
final class Supervisor {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    private static final long PERIOD_MILLIS = 100;
    /** A process that lived as long as this has not failed at its start. */
    private static final long SETTLED_MILLIS = 20_000;

    private static final long MOST_DELAY_MILLIS = 10_000;
    /** A process that was told to end and does not is killed. */
    private static final long GRACE_MILLIS = 10_000;

    private final ClusterDirectory directory;
    private final Commands commands;
    private final Map<String, Child> children = new TreeMap<>();

    private static final class Child {
        ProcessTable.@Nullable Entry entry;
        int starts;
        int failures;
        long startedMillis;
        long mayStartMillis;
        long killMillis = Long.MAX_VALUE;
    }

    private Supervisor(ClusterDirectory directory) {
        this.directory = directory;
        commands = Commands.ofThisProcess(directory);
    }

    /** @param arguments the cluster's directory */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        ClusterDirectory directory = new ClusterDirectory(Path.of(arguments[0]));
        try (FileChannel channel = FileChannel.open(
                        directory.supervisorLock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                LOG.info("another supervisor has this cluster");
                return;
            }
            new Supervisor(directory).run();
        }
    }

    private void run() throws IOException, InterruptedException {
        Supervision.read(directory.supervision()).processes().forEach((name, seen) -> {
            Child child = child(name);
            child.starts = seen.starts();
            child.failures = seen.failures();
        });
        for (ProcessTable.Entry entry : ProcessTable.of(directory)) {
            adopt(entry);
        }
        // down removes the directory of the process ids before it kills
        while (Files.isDirectory(directory.pids())) {
            round();
            Thread.sleep(PERIOD_MILLIS);
        }
    }

    private Child child(String name) {
        return children.computeIfAbsent(name, n -> new Child());
    }

    private void adopt(ProcessTable.Entry entry) throws IOException {
        if (entry.name().equals(ClusterSpec.SUPERVISOR)) {
            return;
        }
        Child child = child(entry.name());
        if (child.entry != null) {
            LOG.warn("{} runs twice: process {} is killed", entry.name(), entry.pid());
            ProcessTable.signal(entry.pid(), Signal.KILL);
            return;
        }
        LOG.info("{} is process {}: it lives", entry.name(), entry.pid());
        child.entry = entry;
        child.startedMillis = System.currentTimeMillis();
        Files.writeString(directory.pid(entry.name()), entry.pid() + "\n");
    }

    private void round() throws IOException {
        Set<String> wanted = new HashSet<>(wanted());
        for (Map.Entry<String, Child> at : children.entrySet()) {
            buryDead(at.getKey(), at.getValue(), wanted.contains(at.getKey()));
            if (!wanted.contains(at.getKey())) {
                stop(at.getKey(), at.getValue());
            }
        }
        boolean changed = false;
        for (String name : wanted) {
            changed |= start(name);
        }
        if (changed) {
            supervision().write(directory.supervision());
        }
        tellOwnId();
    }

    private List<String> wanted() throws IOException {
        ClusterSpec spec = ClusterSpec.read(directory.spec());
        List<String> names = new ArrayList<>(spec.processes());
        names.add(ClusterSpec.GUARD);
        Optional<JobSpec> job = JobSpec.read(directory.job());
        if (job.isPresent()
                && !CompletedCheckpoints.ended(directory.recovery(), job.get().jobId())) {
            names.add(ClusterSpec.JOB_MANAGER);
        } else if (job.isPresent()) {
            // one that has just ended still cleans up: it ends by itself
            Child manager = children.get(ClusterSpec.JOB_MANAGER);
            if (manager != null && manager.entry != null) {
                names.add(ClusterSpec.JOB_MANAGER);
            }
        }
        return names;
    }

    private void buryDead(String name, Child child, boolean wanted) throws IOException {
        ProcessTable.Entry entry = child.entry;
        if (entry == null || ProcessTable.alive(entry)) {
            return;
        }
        child.entry = null;
        child.killMillis = Long.MAX_VALUE;
        Files.deleteIfExists(directory.pid(name));
        PathUtils.delete(Files.createDirectories(directory.temporary(name)));
        long lived = System.currentTimeMillis() - child.startedMillis;
        // a JobManager whose job has ended ends too
        boolean died = wanted && !(name.equals(ClusterSpec.JOB_MANAGER) && ended());
        child.failures = failures(child.failures, died, lived);
        // the first two deaths are a stroke of bad luck, more of them are not
        long delay = child.failures < 3 ? 0 : Math.min(MOST_DELAY_MILLIS, 250L << Math.min(child.failures, 20));
        child.mayStartMillis = System.currentTimeMillis() + delay;
        if (died) {
            LOG.warn("{}, process {}, is dead; started again in {} ms", name, entry.pid(), delay);
        } else {
            LOG.info("{}, process {}, has ended", name, entry.pid());
        }
    }

    /**
     * How often a process failed at its start, one time after the other.
     *
     * @param died false: it ended as it should
     */
    static int failures(int before, boolean died, long livedMillis) {
        return died && livedMillis < SETTLED_MILLIS ? before + 1 : 0;
    }

    private static void stop(String name, Child child) {
        ProcessTable.Entry entry = child.entry;
        if (entry == null) {
            return;
        }
        long now = System.currentTimeMillis();
        if (child.killMillis == Long.MAX_VALUE) {
            LOG.info("{}, process {}, is stopped", name, entry.pid());
            child.killMillis = now + GRACE_MILLIS;
            ProcessTable.signal(entry.pid(), Signal.TERM);
        } else if (now > child.killMillis) {
            child.killMillis = Long.MAX_VALUE - 1;
            ProcessTable.signal(entry.pid(), Signal.KILL);
        }
    }

    /** Starts a process if it is not there and its time has come. */
    private boolean start(String name) throws IOException {
        Child child = child(name);
        if (child.entry != null || System.currentTimeMillis() < child.mayStartMillis) {
            return false;
        }
        boolean ended = name.equals(ClusterSpec.JOB_MANAGER) && ended();
        if (ended) {
            return false;
        }
        long pid = name.equals(ClusterSpec.GUARD)
                ? startGuard(directory, commands)
                : spawn(commands.of(name, ClusterSpec.read(directory.spec())), directory, commands, name);
        child.entry = ProcessTable.entry(name, pid).orElse(new ProcessTable.Entry(name, pid, -1, 'X', 0));
        child.startedMillis = System.currentTimeMillis();
        child.starts++;
        LOG.info("{} is started: process {}", name, pid);
        return true;
    }

    private boolean ended() throws IOException {
        Optional<JobSpec> job = JobSpec.read(directory.job());
        return job.isEmpty()
                || CompletedCheckpoints.ended(directory.recovery(), job.get().jobId());
    }

    static long startGuard(ClusterDirectory directory, Commands commands) throws IOException {
        List<String> command = new ArrayList<>();
        // out of the terminal's reach: Ctrl-C there is not meant for the cluster
        if (onPath("setsid")) {
            command.add("setsid");
        }
        command.addAll(commands.guard());
        return spawn(command, directory, commands, ClusterSpec.GUARD);
    }

    private static boolean onPath(String tool) {
        String path = System.getenv("PATH");
        return path != null
                && List.of(path.split(File.pathSeparator)).stream()
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }

    private static long spawn(List<String> command, ClusterDirectory directory, Commands commands, String name)
            throws IOException {
        Files.createDirectories(directory.temporary(name));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.root().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(directory.log(name).toFile()));
        builder.environment().putAll(commands.environment());
        builder.environment().remove("FLINK_CONF_DIR");
        Process process = builder.start();
        Files.writeString(directory.pid(name), process.pid() + "\n");
        return process.pid();
    }

    private Supervision supervision() {
        Map<String, Supervision.Seen> seen = new TreeMap<>();
        children.forEach((name, child) -> seen.put(name, new Supervision.Seen(child.starts, child.failures)));
        return new Supervision(seen);
    }

    /** The guard watches this process by its file. */
    private void tellOwnId() throws IOException {
        String own = ProcessHandle.current().pid() + "\n";
        Path file = directory.pid(ClusterSpec.SUPERVISOR);
        if (Files.isDirectory(directory.pids())
                && !(Files.exists(file) && Files.readString(file).equals(own))) {
            Files.writeString(file, own);
        }
    }
}
