package org.drlput.jobs.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionException;
import org.drlput.common.version.VersionRegistry;
import org.drlput.jobs.cluster.Cluster;
import org.drlput.jobs.cluster.ProcessTable;
import org.drlput.jobs.cluster.ProcessTable.Entry;
import org.drlput.jobs.cluster.ProcessTable.Signal;
import org.drlput.jobs.train.RunCheckpoints;
import org.jspecify.annotations.Nullable;

/** Does to a cluster what a {@link FaultKind} says, and makes good again what would not mend by itself. One thread. */
final class FaultInjector {
    /** Longer than a call waits for a silent shard, keep-alive and retries. */
    private static final long FREEZE_SHARD_MILLIS = 28_000;

    private static final long AFTER_HEARTBEATS_MILLIS = 4_000;
    private static final long CUT_MILLIS = 1_500;
    private static final int DELAY_MILLIS = 50;
    private static final long DELAYED_MILLIS = 5_000;
    /** A capture of a run of chaos takes several seconds then. */
    private static final int SLOW_BYTES_PER_SECOND = 128 << 10;

    private static final long SLOW_MILLIS = 8_000;
    private static final long WAIT_MILLIS = 60_000;
    private static final long POLL_MILLIS = 50;
    private static final long SETTLE_MILLIS = 300;

    private final Cluster cluster;
    private final List<ShardProxy> proxies;
    private final Observer observer;
    private final @Nullable SmallDisk disk;
    private final long checkpointTimeoutMillis;
    private final Path checkpoints;
    private final BooleanSupplier runEnded;
    /** What makes a run that failed of the present fault fit to go on; null: a failure is a failure. */
    private volatile @Nullable Repair repair;

    /** Says whether a failure is the one that was asked for, and mends its cause. */
    private interface Repair {
        boolean mends(String failure) throws IOException;
    }

    /**
     * @param disk where the captures lie; null: not on one of ours
     * @param checkpoints Flink's, of the run
     */
    FaultInjector(
            Cluster cluster,
            List<ShardProxy> proxies,
            Observer observer,
            @Nullable SmallDisk disk,
            long checkpointTimeoutMillis,
            Path checkpoints,
            BooleanSupplier runEnded) {
        this.checkpoints = checkpoints;
        this.cluster = cluster;
        this.proxies = proxies;
        this.observer = observer;
        this.disk = disk;
        this.checkpointTimeoutMillis = checkpointTimeoutMillis;
        this.runEnded = runEnded;
    }

    /** @param target what was hit; @param problem what did not happen that should have; empty: nothing */
    record Outcome(String target, String problem) {
        static Outcome of(String target) {
            return new Outcome(target, "");
        }
    }

    /** Returns when the fault itself is over; the cluster may still be recovering. */
    Outcome inject(FaultKind kind, SplittableRandom random) throws IOException, InterruptedException {
        return switch (kind) {
            case KILL_WORKER -> kill(one("worker-", random));
            case KILL_SHARD -> kill(one("shard-", random));
            case KILL_JOBMANAGER -> kill(one("jobmanager", random));
            case KILL_SEVERAL -> kill(several(random));
            case KILL_EVERYTHING -> killEverything();
            case FREEZE_WORKER -> freeze(one("worker-", random), pastHeartbeats());
            case FREEZE_SHARD -> freeze(one("shard-", random), FREEZE_SHARD_MILLIS);
            case FREEZE_JOBMANAGER -> freeze(one("jobmanager", random), pastHeartbeats());
            case ZOMBIE_WORKER -> zombie(random);
            case CUT_CONNECTIONS -> cut(random);
            case DELAY_CONNECTIONS -> delay(random);
            case FULL_DISK -> fullDisk();
            case SLOW_DISK -> slowDisk();
            case DECLINED_CHECKPOINT -> declined();
            case EXPIRED_CHECKPOINT -> expired();
            case FLIPPED_CAPTURE -> flipCapture(random);
            case FLIPPED_VERSION -> flipVersion(random);
        };
    }

    /** Whether a run that ended with this failure only did what it should, and may go on now. */
    boolean mends(String failure) throws IOException {
        Repair present = repair;
        return present != null && present.mends(failure);
    }

    private long pastHeartbeats() {
        return cluster.spec().heartbeatTimeoutMillis() + AFTER_HEARTBEATS_MILLIS;
    }

    private List<Entry> one(String prefix, SplittableRandom random) {
        List<Entry> fitting = new ArrayList<>(cluster.processes().stream()
                .filter(process -> process.name().startsWith(prefix))
                .toList());
        return fitting.isEmpty() ? List.of() : List.of(fitting.get(random.nextInt(fitting.size())));
    }

    private List<Entry> several(SplittableRandom random) {
        List<Entry> all = new ArrayList<>(cluster.processes());
        // both that watch at once is "everything": nobody would start them again
        String spared = random.nextBoolean() ? "guard" : "supervisor";
        all.removeIf(process -> process.name().equals(spared));
        List<Entry> chosen = new ArrayList<>();
        int count = 2 + random.nextInt(3);
        while (chosen.size() < count && !all.isEmpty()) {
            chosen.add(all.remove(random.nextInt(all.size())));
        }
        return chosen;
    }

    private static Outcome kill(List<Entry> processes) {
        signal(processes, Signal.KILL);
        return Outcome.of(names(processes));
    }

    private static void signal(List<Entry> processes, Signal signal) {
        if (!processes.isEmpty()) {
            ProcessTable.signal(processes.stream().map(Entry::pid).toList(), signal);
        }
    }

    private static String names(List<Entry> processes) {
        return processes.isEmpty()
                ? "nobody: it was not there"
                : String.join(" ", processes.stream().map(Entry::name).toList());
    }

    private void killAll() throws InterruptedException {
        for (List<Entry> all = cluster.processes(); !all.isEmpty(); all = cluster.processes()) {
            signal(all, Signal.KILL);
            Thread.sleep(POLL_MILLIS);
        }
    }

    private Outcome killEverything() throws IOException, InterruptedException {
        int count = cluster.processes().size();
        killAll();
        cluster.up(cluster.spec());
        return Outcome.of("%d processes".formatted(count));
    }

    private Outcome freeze(List<Entry> processes, long millis) throws InterruptedException {
        signal(processes, Signal.STOP);
        Thread.sleep(millis);
        signal(processes, Signal.CONT);
        return Outcome.of("%s, %.0f s".formatted(names(processes), millis * 1e-3));
    }

    private Outcome zombie(SplittableRandom random) throws IOException, InterruptedException {
        long before = observer.generation();
        List<Entry> worker = one("worker-", random);
        signal(worker, Signal.STOP);
        boolean newer = await(() -> observer.generation() > before && observer.step() > 0 || runEnded.getAsBoolean());
        Thread.sleep(SETTLE_MILLIS);
        signal(worker, Signal.CONT);
        return new Outcome(names(worker), newer ? "" : "no newer generation began while it was frozen");
    }

    private Outcome cut(SplittableRandom random) {
        int shard = random.nextInt(proxies.size());
        proxies.get(shard).cut(CUT_MILLIS);
        return Outcome.of("shard-%d, refused for %.1f s".formatted(shard, CUT_MILLIS * 1e-3));
    }

    private Outcome delay(SplittableRandom random) throws InterruptedException {
        int shard = random.nextInt(proxies.size());
        proxies.get(shard).delay(DELAY_MILLIS, DELAYED_MILLIS);
        Thread.sleep(DELAYED_MILLIS);
        return Outcome.of("shard-%d, %d ms each way for %.0f s".formatted(shard, DELAY_MILLIS, DELAYED_MILLIS * 1e-3));
    }

    private Outcome fullDisk() throws IOException, InterruptedException {
        SmallDisk small = disk;
        if (small == null) {
            throw new ChaosException("there is no small disk to fill");
        }
        long failed = cluster.checkpoints().failed();
        small.fill();
        boolean declined = awaitFailed(failed);
        small.makeSpace();
        boolean completes = awaitCompleted(cluster.checkpoints().completed());
        return new Outcome(
                "captures",
                !declined
                        ? "no checkpoint was declined while the disk was full"
                        : completes ? "" : "no checkpoint completed after there was space");
    }

    private Outcome slowDisk() throws IOException, InterruptedException {
        SmallDisk small = disk;
        if (small == null) {
            throw new ChaosException("there is no disk to slow");
        }
        List<Long> shards = cluster.processes().stream()
                .filter(process -> process.name().startsWith("shard-"))
                .map(Entry::pid)
                .toList();
        WriteThrottle throttle = new WriteThrottle(small.device());
        long before = observer.step();
        boolean goesOn;
        try {
            throttle.slow(shards, SLOW_BYTES_PER_SECOND);
            Thread.sleep(SLOW_MILLIS);
            goesOn = await(() -> observer.step() != before || runEnded.getAsBoolean());
        } finally {
            throttle.release();
        }
        boolean completes = awaitCompleted(cluster.checkpoints().completed());
        return new Outcome(
                "captures, %d KiB/s for %.0f s".formatted(SLOW_BYTES_PER_SECOND >> 10, SLOW_MILLIS * 1e-3),
                !goesOn
                        ? "training stood still while captures were slow"
                        : completes ? "" : "no checkpoint completed after the disk was fast again");
    }

    private Outcome declined() throws IOException, InterruptedException {
        Path captures = captures();
        Path away = captures.resolveSibling(captures.getFileName() + ".away");
        if (!await(() -> Files.isDirectory(captures) || runEnded.getAsBoolean()) || !Files.isDirectory(captures)) {
            return Outcome.of("nothing: there was no capture yet");
        }
        long failed = cluster.checkpoints().failed();
        Files.move(captures, away);
        Files.createFile(captures);
        boolean declined = awaitFailed(failed);
        Files.delete(captures);
        Files.move(away, captures);
        boolean completes = awaitCompleted(cluster.checkpoints().completed());
        return new Outcome(
                "captures of the run",
                !declined
                        ? "no checkpoint was declined while captures could not be written"
                        : completes ? "" : "no checkpoint completed after captures could be written");
    }

    private Path captures() throws IOException {
        return cluster.directory().data().resolve("captures").resolve(String.valueOf(cluster.unfinishedRun()));
    }

    private Outcome expired() throws IOException, InterruptedException {
        long failed = cluster.checkpoints().failed();
        long millis = checkpointTimeoutMillis + AFTER_HEARTBEATS_MILLIS;
        proxies.forEach(proxy -> proxy.stall(millis));
        Thread.sleep(millis);
        boolean expired = awaitFailed(failed);
        return new Outcome("shards silent for %.0f s".formatted(millis * 1e-3), expired ? "" : "no checkpoint expired");
    }

    private boolean awaitFailed(long before) throws InterruptedException {
        return await(() -> cluster.checkpoints().failed() > before || runEnded.getAsBoolean());
    }

    private boolean awaitCompleted(long before) throws InterruptedException {
        return await(() -> cluster.checkpoints().completed() > before || runEnded.getAsBoolean());
    }

    private Outcome flipCapture(SplittableRandom random) throws IOException, InterruptedException {
        await(() -> newestCapture().isPresent() || runEnded.getAsBoolean());
        killAll();
        Optional<Path> newest = newestCapture();
        if (newest.isEmpty()) {
            cluster.up(cluster.spec());
            return Outcome.of("nothing: there was no capture yet");
        }
        FlippedBit bit = FlippedBit.flip(newest.get(), random.nextLong(8 * Files.size(newest.get())));
        String name = String.valueOf(newest.get().getFileName());
        AtomicBoolean refused = new AtomicBoolean();
        // the refusal ends the job: the run's thread meets it, and asks here whether it may go on
        repair = failure -> {
            refused.set(failure.contains(name));
            bit.flip();
            repair = null;
            return refused.get();
        };
        cluster.up(cluster.spec());
        if (!await(() -> repair == null || runEnded.getAsBoolean())) {
            repair = null;
            bit.flip();
        }
        return new Outcome(
                "bit %d of %s"
                        .formatted(
                                bit.bit(),
                                newest.get()
                                        .subpath(
                                                newest.get().getNameCount() - 3,
                                                newest.get().getNameCount())),
                refused.get() ? "" : "the damaged capture was not refused by its name");
    }

    /** A part of the capture that the newest completed checkpoint stands on: it is what the job goes on from. */
    private Optional<Path> newestCapture() throws IOException {
        OptionalLong checkpoint = cluster.newestCheckpoint();
        Optional<RunCheckpoints.Found> newest = RunCheckpoints.in(checkpoints).stream()
                .filter(found -> checkpoint.isPresent() && found.checkpoint() == checkpoint.getAsLong())
                .findFirst();
        if (newest.isEmpty()) {
            return Optional.empty();
        }
        try (Stream<Path> files =
                Files.list(captures().resolve(newest.get().key().name()))) {
            return files.filter(file -> file.toString().endsWith(".capture"))
                    .sorted()
                    .findFirst();
        }
    }

    private Outcome flipVersion(SplittableRandom random) throws IOException, InterruptedException {
        VersionRegistry registry = new VersionRegistry(cluster.directory().data());
        await(() -> !registry.versions().isEmpty() || runEnded.getAsBoolean());
        List<Long> versions = registry.versions();
        if (versions.isEmpty()) {
            return Outcome.of("nothing: no version was published yet");
        }
        Path version = registry.directory(versions.get(random.nextInt(versions.size())));
        List<Path> files;
        try (Stream<Path> all = Files.list(version)) {
            files = all.sorted().toList();
        }
        Path file = files.get(random.nextInt(files.size()));
        FlippedBit bit = FlippedBit.flip(file, random.nextLong(8 * Files.size(file)));
        String problem = refusal(version, String.valueOf(file.getFileName()));
        bit.flip();
        Version.read(version);
        return new Outcome("bit %d of %s/%s".formatted(bit.bit(), version.getFileName(), file.getFileName()), problem);
    }

    private static String refusal(Path version, String file) {
        try {
            Version.read(version);
            return "a damaged version was read";
        } catch (VersionException e) {
            return String.valueOf(e.getMessage()).contains(file)
                    ? ""
                    : "the damaged file is not named: " + e.getMessage();
        }
    }

    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private static boolean await(Condition condition) throws InterruptedException {
        long deadline = System.currentTimeMillis() + WAIT_MILLIS;
        while (System.currentTimeMillis() < deadline) {
            try {
                if (condition.holds()) {
                    return true;
                }
            } catch (IOException e) {
                // what is asked comes and goes: again
            }
            Thread.sleep(POLL_MILLIS);
        }
        return false;
    }

    /** Thaws what is frozen and gives the disk back, where a fault was broken off. */
    void calm() throws IOException {
        List<Entry> frozen = cluster.processes().stream().filter(Entry::frozen).toList();
        signal(frozen, Signal.CONT);
        if (disk != null) {
            new WriteThrottle(disk.device()).release();
            disk.makeSpace();
        }
    }
}
