package org.drlput.jobs.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.apache.commons.io.file.PathUtils;
import org.drlput.common.version.Manifest;
import org.drlput.common.version.VersionRegistry;
import org.drlput.jobs.chaos.CountingLogs.Row;
import org.drlput.jobs.chaos.Journal.Fault;
import org.drlput.jobs.chaos.Journal.Run;
import org.drlput.jobs.cluster.Cluster;
import org.drlput.jobs.cluster.ClusterSpec;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.train.TrainingRun;
import org.jspecify.annotations.Nullable;

/**
 * Runs with faults until there were enough of them: after each one the weights, the counts of the rows, the registry, the files
 * and the processes are checked. What was finished is in the journal; an interrupted chaos goes on after it.
 */
public final class Chaos {
    private static final int WORKERS = 2;
    private static final int SHARDS = 2;
    private static final int WORKER_MEBIBYTES = 640;
    private static final int SHARD_MEBIBYTES = 128;
    private static final long HEARTBEAT_MILLIS = 8_000;
    private static final int DISK_MEBIBYTES = 512;
    private static final int FAULTS_A_RUN = 5;
    /** Runs that end before all their faults came are made up for, but not for ever. */
    private static final int MOST_RUNS_FACTOR = 4;

    private final ChaosSettings settings;
    private final Consumer<String> tell;
    private final Path directory;
    private final Path logs;

    /** @param tell takes every line that is to be printed */
    public Chaos(ChaosSettings settings, Consumer<String> tell) {
        this.settings = settings;
        this.tell = tell;
        directory = settings.directory().toAbsolutePath().normalize();
        logs = directory.resolve("logs-%s-%d-%d".formatted(settings.mode(), settings.seed(), settings.rows()));
    }

    /** Whether everything held. */
    public boolean run() throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Journal journal =
                new Journal(directory.resolve("journal-%s-%d.jsonl".formatted(settings.mode(), settings.seed())));
        SmallDisk.Support support = SmallDisk.support(directory);
        boolean mountable = support != SmallDisk.Support.NOTHING;
        List<FaultKind> kinds =
                new ArrayList<>(settings.only().isEmpty() ? List.of(FaultKind.values()) : settings.only());
        List<String> notRun = new ArrayList<>();
        if (!mountable && kinds.remove(FaultKind.FULL_DISK)) {
            notRun.add(FaultKind.FULL_DISK.toString());
        }
        boolean throttled = support == SmallDisk.Support.BLOCK_DEVICE && WriteThrottle.permitted();
        if (!throttled && kinds.remove(FaultKind.SLOW_DISK)) {
            notRun.add(FaultKind.SLOW_DISK.toString());
        }
        if (kinds.isEmpty()) {
            throw new ChaosException("no kind of fault is left that this machine permits");
        }
        List<Row> rows = CountingLogs.write(logs, settings.rows(), settings.mode(), settings.seed());
        String undisturbed = undisturbed();
        tell.accept("undisturbed    weights sha256 " + undisturbed);
        Cluster cluster = new Cluster(directory.resolve("cluster"));
        SmallDisk disk = mountable
                ? SmallDisk.mount(
                        cluster.directory().data().resolve("captures"),
                        directory.resolve("disk.image"),
                        support,
                        DISK_MEBIBYTES)
                : null;
        Thread interrupted = new Thread(() -> leave(cluster, disk), "chaos-interrupted");
        Runtime.getRuntime().addShutdownHook(interrupted);
        try {
            runAll(journal, kinds, cluster, disk, rows, undisturbed);
        } finally {
            leave(cluster, disk);
            Runtime.getRuntime().removeShutdownHook(interrupted);
        }
        ChaosTable.of(journal.runs(), notRun).forEach(tell);
        long bad =
                journal.runs().stream().filter(run -> !run.problems().isEmpty()).count();
        tell.accept("%d faults in %d runs, %s"
                .formatted(
                        faults(journal),
                        journal.runs().size(),
                        bad == 0 ? "everything held" : bad + " runs with problems"));
        return bad == 0;
    }

    /** Nothing is left running or mounted, also where chaos is interrupted. */
    private static void leave(Cluster cluster, @Nullable SmallDisk disk) {
        try {
            if (cluster.exists()) {
                cluster.down();
            }
            if (disk != null) {
                disk.unmount();
            }
        } catch (IOException e) {
            throw new ChaosException("the cluster can not be brought down: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int faults(Journal journal) {
        return journal.runs().stream().mapToInt(run -> run.faults().size()).sum();
    }

    private void runAll(
            Journal journal,
            List<FaultKind> kinds,
            Cluster cluster,
            @Nullable SmallDisk disk,
            List<Row> rows,
            String undisturbed)
            throws IOException, InterruptedException {
        int mostRuns = journal.runs().size() + MOST_RUNS_FACTOR * Math.max(settings.runs(), settings.faults());
        while ((faults(journal) < settings.faults() || journal.runs().size() < settings.runs())
                && journal.runs().size() < mostRuns) {
            int number = journal.runs().size();
            int left = settings.faults() - faults(journal);
            int perRun = Math.max(1, Math.min(FAULTS_A_RUN, settings.faults() / Math.max(1, settings.runs())));
            int count = Math.min(perRun, left);
            List<FaultKind> chosen = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                chosen.add(kind(kinds, faults(journal) + i));
            }
            journal.add(one(number, chosen, cluster, disk, rows, undisturbed));
        }
    }

    /** Every kind once, in an order of its own each time. */
    private FaultKind kind(List<FaultKind> kinds, int index) {
        List<FaultKind> order = new ArrayList<>(kinds);
        Collections.shuffle(order, new Random(settings.seed() * 31 + index / kinds.size()));
        return order.get(index % kinds.size());
    }

    private Run one(
            int number,
            List<FaultKind> kinds,
            Cluster cluster,
            @Nullable SmallDisk disk,
            List<Row> rows,
            String undisturbed)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        Path out = directory.resolve("runs").resolve("%s-%04d".formatted(settings.mode(), number));
        if (Files.exists(out)) {
            // chaos was interrupted in it
            PathUtils.delete(out);
        }
        clean(cluster);
        tell.accept("run %d: %s".formatted(number, kinds));
        ChaosRun.Result result = new ChaosRun(cluster, out, logs, disk, tell)
                .run(kinds, new SplittableRandom(settings.seed() * 1_000_003 + number));
        List<String> problems = new ArrayList<>();
        String weights = check(result, cluster, out, rows, undisturbed, problems);
        List<Fault> faults = result.faults();
        faults.stream()
                .filter(fault -> !fault.problem().isEmpty())
                .forEach(fault -> problems.add(fault.kind() + ": " + fault.problem()));
        double seconds = (System.nanoTime() - start) * 1e-9;
        if (problems.isEmpty()) {
            PathUtils.delete(out);
        } else {
            // the next run begins with a cluster that knows nothing of this one's trouble
            keep(cluster, number);
        }
        tell.accept(String.format(
                Locale.ROOT,
                "run %d: %d faults, %.0f s, %s",
                number,
                faults.size(),
                seconds,
                problems.isEmpty() ? "held" : "PROBLEMS: " + String.join("; ", problems)));
        return new Run(number, settings.mode(), settings.seed(), seconds, weights, faults, problems);
    }

    /** An idle cluster that is up. */
    private void clean(Cluster cluster) throws IOException, InterruptedException {
        if (cluster.exists() && cluster.unfinishedRun() != null) {
            cluster.down();
            cluster.forgetJob();
        }
        if (!cluster.exists() || !cluster.isUp()) {
            cluster.up(new ClusterSpec(
                    ClusterSpec.FORMAT_VERSION,
                    WORKERS,
                    SHARDS,
                    settings.port(),
                    WORKER_MEBIBYTES,
                    SHARD_MEBIBYTES,
                    HEARTBEAT_MILLIS));
        }
    }

    private void keep(Cluster cluster, int number) throws IOException, InterruptedException {
        cluster.down();
        cluster.forgetJob();
        Path kept = directory.resolve("problem-%s-%04d".formatted(settings.mode(), number));
        PathUtils.copyDirectory(cluster.directory().root(), kept);
        PathUtils.delete(cluster.directory().logs());
    }

    private String check(
            ChaosRun.Result result,
            Cluster cluster,
            Path out,
            List<Row> rows,
            String undisturbed,
            List<String> problems)
            throws IOException {
        if (result.failure() != null) {
            problems.add(result.failure());
            return "";
        }
        VersionRegistry registry = new VersionRegistry(cluster.directory().data());
        Optional<Manifest> last = registry.versions().stream()
                .map(registry::manifest)
                .filter(manifest -> manifest.run().equals(result.run()))
                .reduce((older, newer) -> newer);
        if (last.isEmpty()) {
            problems.add("no version of run " + result.run() + " was published");
            return "";
        }
        String weights = last.get().weightsSha256();
        if (settings.mode().equals("step") && !weights.equals(undisturbed)) {
            problems.add("weights sha256 %s, undisturbed %s".formatted(weights, undisturbed));
        }
        RowCounts counts =
                RowCounts.of(registry.directory(last.get().version()), rows, settings.mode(), settings.seed());
        if (!counts.exact()) {
            problems.add(
                    "%d rows lost, %d doubled: %s".formatted(counts.lost(), counts.doubled(), counts.firstWrong()));
        }
        problems.addAll(Leftovers.damagedVersions(cluster.directory().data()));
        problems.addAll(Leftovers.of(cluster, out));
        return weights;
    }

    /** What the same training gives in one process that nobody disturbs; counted too, so that the count is known to be right. */
    private String undisturbed() throws IOException, InterruptedException {
        Path out =
                directory.resolve("undisturbed-%s-%d-%d".formatted(settings.mode(), settings.seed(), settings.rows()));
        Path done = out.resolve("done");
        if (!Files.exists(done)) {
            if (Files.exists(out)) {
                PathUtils.delete(out);
            }
            new TrainingRun(
                            new TrainingRun.Request(
                                    Files.readAllBytes(logs.resolve("experiment.yaml")),
                                    List.of(logs.toString()),
                                    new RunDirectory(out),
                                    WORKERS,
                                    SHARDS,
                                    List.of(),
                                    "drlput chaos"),
                            snapshot -> {})
                    .run();
            Files.createFile(done);
        }
        VersionRegistry registry = new VersionRegistry(out);
        List<Long> versions = registry.versions();
        long last = versions.get(versions.size() - 1);
        List<Row> rows = CountingLogs.write(logs, settings.rows(), settings.mode(), settings.seed());
        RowCounts counts = RowCounts.of(registry.directory(last), rows, settings.mode(), settings.seed());
        if (!counts.exact()) {
            throw new ChaosException("the undisturbed run does not count right: " + counts);
        }
        tell.accept(String.format(
                Locale.ROOT,
                "undisturbed    each of %,d rows counted once, by %.2f to %.2f",
                counts.rows(),
                counts.leastQuotient(),
                counts.mostQuotient()));
        return registry.manifest(last).weightsSha256();
    }
}
