package org.drlput.jobs.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.drlput.jobs.chaos.Journal.Fault;
import org.drlput.jobs.chaos.Observer.Recovery;
import org.drlput.jobs.cluster.Cluster;
import org.drlput.jobs.cluster.ClusterEngine;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.train.JobEngine;
import org.drlput.jobs.train.TrainSettings;
import org.drlput.jobs.train.TrainingException;
import org.drlput.jobs.train.TrainingRun;
import org.jspecify.annotations.Nullable;

/** One run on the cluster with its faults: trains on one thread, breaks on another, and tells what came of it. */
final class ChaosRun {
    /** Below it a checkpoint whose steps wait for a silent shard expires. */
    static final long CHECKPOINT_TIMEOUT_MILLIS = 12_000;

    private static final long CLUSTER_PATIENCE_MILLIS = 120_000;
    private static final long RECOVERY_MILLIS = 180_000;
    private static final long END_MILLIS = 600_000;
    private static final long POLL_MILLIS = 50;
    private static final int LATEST_AFTER_MILLIS = 2_000;
    private static final int LATEST_IN_RECOVERY_MILLIS = 4_000;
    /** Of ten faults so many come while the one before is being recovered from. */
    private static final int OVERLAPPING_OF_TEN = 2;

    private final Cluster cluster;
    private final Path out;
    private final Path logs;
    private final @Nullable SmallDisk disk;
    private final Consumer<String> tell;
    private final List<ShardProxy> proxies = new ArrayList<>();
    private volatile boolean ended;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable String run;

    ChaosRun(Cluster cluster, Path out, Path logs, @Nullable SmallDisk disk, Consumer<String> tell) {
        this.cluster = cluster;
        this.out = out;
        this.logs = logs;
        this.disk = disk;
        this.tell = tell;
    }

    /**
     * @param run the trainer's name of it; null: it did not come to train
     * @param failure why it did not end well; null: it did
     */
    record Result(
            List<Fault> faults,
            @Nullable String run,
            @Nullable String failure) {}

    Result run(List<FaultKind> kinds, SplittableRandom random) throws IOException, InterruptedException {
        List<String> addresses = cluster.spec().shardAddresses();
        for (String address : addresses) {
            int colon = address.lastIndexOf(':');
            proxies.add(new ShardProxy(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
        }
        try (Observer observer = new Observer(addresses)) {
            FaultInjector injector = new FaultInjector(
                    cluster,
                    proxies,
                    observer,
                    disk,
                    CHECKPOINT_TIMEOUT_MILLIS,
                    new RunDirectory(out).checkpoints(),
                    () -> ended);
            Thread trainer = train(injector);
            List<Fault> faults = new ArrayList<>();
            try {
                breakIt(kinds, random, observer, injector, faults);
                trainer.join(END_MILLIS);
            } finally {
                injector.calm();
            }
            Throwable cause = failure;
            String why = cause != null ? cause.getMessage() : ended ? null : "it did not end";
            if (trainer.isAlive()) {
                trainer.interrupt();
                trainer.join();
            }
            return new Result(faults, run, why);
        } finally {
            for (ShardProxy proxy : proxies) {
                proxy.close();
            }
        }
    }

    private Thread train(FaultInjector injector) throws IOException {
        TrainingRun.Request request = new TrainingRun.Request(
                Files.readAllBytes(logs.resolve("experiment.yaml")),
                List.of(logs.toString()),
                new RunDirectory(out),
                cluster.spec().workers(),
                cluster.spec().shards(),
                proxies.stream().map(ShardProxy::address).toList(),
                "drlput chaos");
        TrainingRun training = new TrainingRun(request, snapshot -> {}, engine(injector));
        Thread thread = new Thread(
                () -> {
                    try {
                        training.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (RuntimeException e) {
                        failure = e;
                    } finally {
                        ended = true;
                    }
                },
                "chaos-training");
        thread.start();
        return thread;
    }

    /** The cluster's, given a second try where a failure was asked for. */
    private JobEngine engine(FaultInjector injector) {
        ClusterEngine engine = new ClusterEngine(cluster, out, CHECKPOINT_TIMEOUT_MILLIS, CLUSTER_PATIENCE_MILLIS);
        return new JobEngine() {
            @Override
            public void execute(TrainSettings settings, int parallelism) throws InterruptedException {
                run = settings.run();
                while (true) {
                    try {
                        engine.execute(settings, parallelism);
                        return;
                    } catch (TrainingException e) {
                        if (!mended(injector, e)) {
                            throw e;
                        }
                    }
                }
            }

            @Override
            public void leave() {
                engine.leave();
            }

            @Override
            public void cancel() {
                engine.cancel();
            }
        };
    }

    private static boolean mended(FaultInjector injector, TrainingException failure) {
        try {
            return injector.mends(String.valueOf(failure.getMessage()));
        } catch (IOException e) {
            throw new ChaosException("what was broken can not be mended: " + e.getMessage(), e);
        }
    }

    private void breakIt(
            List<FaultKind> kinds,
            SplittableRandom random,
            Observer observer,
            FaultInjector injector,
            List<Fault> faults)
            throws IOException, InterruptedException {
        Recovery recovery = observer.await(false);
        awaitRecovery(recovery);
        for (int i = 0; i < kinds.size() && !ended; i++) {
            FaultKind kind = kinds.get(i);
            boolean overlaps = i + 1 < kinds.size() && random.nextInt(10) < OVERLAPPING_OF_TEN;
            Thread.sleep(random.nextInt(LATEST_AFTER_MILLIS));
            if (ended) {
                return;
            }
            long step = observer.step();
            recovery = observer.await(kind.restartsTheJob());
            FaultInjector.Outcome outcome = injector.inject(kind, random.split());
            boolean recovered = true;
            if (overlaps) {
                Thread.sleep(random.nextInt(LATEST_IN_RECOVERY_MILLIS));
            } else {
                recovered = awaitRecovery(recovery);
            }
            String problem = recovered
                    ? outcome.problem()
                    : "the job did not get on within %d s".formatted(RECOVERY_MILLIS / 1000);
            Fault fault = new Fault(
                    kind.toString(),
                    outcome.target(),
                    step,
                    recovery.servesMillis(),
                    overlaps ? -1 : recovery.computesMillis(),
                    problem);
            faults.add(fault);
            tell.accept(ChaosTable.line(fault, overlaps));
            if (!recovered) {
                return;
            }
        }
    }

    /** Waits until the job gets on, or is over. */
    private boolean awaitRecovery(Recovery recovery) throws InterruptedException {
        long deadline = System.currentTimeMillis() + RECOVERY_MILLIS;
        while (!ended && (recovery.computesMillis() < 0 || recovery.servesMillis() < 0)) {
            if (System.currentTimeMillis() > deadline) {
                return false;
            }
            Thread.sleep(POLL_MILLIS);
        }
        return true;
    }
}
