package org.drlput.bench.serve;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.drlput.bench.checkpoint.WorkloadLog;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.Feature;
import org.drlput.common.ledger.AliasMove;
import org.drlput.common.ledger.VersionKeeper;
import org.drlput.common.ledger.Who;
import org.drlput.common.math.Kernels;
import org.drlput.common.serve.Decision;
import org.drlput.common.serve.PolicyClient;
import org.drlput.common.serve.PolicyClientOptions;
import org.jspecify.annotations.Nullable;

/**
 * What a decision on workload A's network takes, without and with swaps of the version meanwhile, in turns in one process. One
 * thread decides as fast as it can; swaps come as fast as the client makes them, or with a pause after each. Arguments: rounds, swaps of
 * each round, kernel, milliseconds of the pause.
 */
public final class Decisions {
    private static final String ALIAS = "bench";
    private static final int REQUESTS = 1 << 14;
    private static final int SAMPLES = 1 << 23;
    private static final int WARM_UP = 300_000;
    private static final double NANOS_PER_MICRO = 1e3;

    private final PolicyClient client;
    private final VersionKeeper keeper;
    private final Semaphore swapped;
    private final long pauseMillis;
    private final List<Map<String, Object>> requests = new ArrayList<>();
    private final List<String> ids = new ArrayList<>();
    private final int[] nanos = new int[SAMPLES];
    private long current = 1;
    private int next;
    private long failed;

    private Decisions(
            PolicyClient client, VersionKeeper keeper, Semaphore swapped, long pauseMillis, List<Feature> features) {
        this.client = client;
        this.keeper = keeper;
        this.swapped = swapped;
        this.pauseMillis = pauseMillis;
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < REQUESTS; i++) {
            Map<String, Object> request = new HashMap<>();
            for (Feature feature : features) {
                request.put(
                        feature.name(),
                        feature instanceof Categorical c
                                ? "value-" + random.nextInt(c.tableRows())
                                : (Object) (random.nextDouble() * 4 - 2));
            }
            requests.add(request);
            ids.add("request-" + i);
        }
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = Integer.parseInt(arguments[0]);
        int swaps = Integer.parseInt(arguments[1]);
        Kernels kernels = Kernels.named(arguments[2]);
        long pauseMillis = Long.parseLong(arguments[3]);
        Path registry = Files.createTempDirectory("drlput-decisions-");
        try {
            BenchVersions versions = new BenchVersions(registry, WorkloadLog.experiment());
            versions.publish(1);
            versions.publish(2);
            VersionKeeper keeper = new VersionKeeper(registry, Clock.systemUTC());
            move(keeper, null, 1L);
            Semaphore swapped = new Semaphore(0);
            PolicyClientOptions options = PolicyClientOptions.directory(registry)
                    .withPollInterval(Duration.ofMillis(1))
                    .withKernels(kernels)
                    .withOnSwap(version -> swapped.release());
            try (PolicyClient client = PolicyClient.follow(ALIAS, options)) {
                swapped.acquire();
                new Decisions(
                                client,
                                keeper,
                                swapped,
                                pauseMillis,
                                versions.experiment().features())
                        .run(kernels, rounds, swaps);
            }
        } finally {
            delete(registry);
        }
    }

    private static void move(VersionKeeper keeper, @Nullable Long from, long to) {
        keeper.move(new AliasMove(ALIAS, to, from, new AliasMove.Free(), new Who("bench", "swap")));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void run(Kernels kernels, int rounds, int swaps) throws InterruptedException {
        decide(WARM_UP);
        swap(3);
        decide(WARM_UP);
        System.out.printf(
                Locale.ROOT,
                "{\"kernel\":\"%s\",\"pauseMillis\":%d,\"allocatedBytesPerDecision\":%.2f}%n",
                kernels.name(),
                pauseMillis,
                allocated());
        List<double[]> still = new ArrayList<>();
        List<double[]> moving = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            double seconds = round == 0 ? 4 : seconds(moving);
            still.add(measured("without swaps", 0, seconds));
            moving.add(measured("with swaps", swaps, 0));
        }
        System.out.printf(
                Locale.ROOT,
                "{\"median\":\"of %d rounds\",\"p50\":%.2f,\"p99\":%.2f,\"p50Swaps\":%.2f,\"p99Swaps\":%.2f,\"p99Ratio\":%.3f,\"swaps\":%d,\"failed\":%d}%n",
                rounds,
                median(still, 0),
                median(still, 1),
                median(moving, 0),
                median(moving, 1),
                median(moving, 1) / median(still, 1),
                rounds * swaps,
                failed);
    }

    private static double seconds(List<double[]> rounds) {
        return rounds.get(rounds.size() - 1)[2];
    }

    private static double median(List<double[]> rounds, int figure) {
        double[] figures =
                rounds.stream().mapToDouble(round -> round[figure]).sorted().toArray();
        return figures[figures.length / 2];
    }

    /** Bytes that a decision allocates: those of the decision itself, if all is well. */
    private double allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(id);
        decide(WARM_UP);
        return (double) (threads.getThreadAllocatedBytes(id) - before) / WARM_UP;
    }

    private void decide(int count) {
        for (int i = 0; i < count; i++) {
            check(one());
        }
    }

    private Decision one() {
        next = (next + 1) % REQUESTS;
        return client.decide(ids.get(next), requests.get(next));
    }

    private void check(Decision decision) {
        failed += decision.reason() == Decision.Reason.FALLBACK ? 1 : 0;
    }

    private void swap(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            long to = 3 - current;
            move(keeper, current, to);
            current = to;
            if (!swapped.tryAcquire(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("not swapped: " + client.status());
            }
            Thread.sleep(pauseMillis);
        }
    }

    /** Decides for so long, or until so many swaps are made; returns p50 and p99 in microseconds, and the seconds. */
    private double[] measured(String name, int swaps, double seconds) throws InterruptedException {
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        Thread swapper = new Thread(() -> {
            try {
                swap(swaps);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        swapper.start();
        int count = 0;
        while (count < SAMPLES && (swapper.isAlive() || System.nanoTime() < end)) {
            long before = System.nanoTime();
            Decision decision = one();
            nanos[count++] = (int) Math.min(Integer.MAX_VALUE, System.nanoTime() - before);
            check(decision);
        }
        swapper.join();
        double took = (System.nanoTime() - start) / 1e9;
        int[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        double p50 = sorted[count / 2] / NANOS_PER_MICRO;
        double p99 = sorted[(int) (count * 0.99)] / NANOS_PER_MICRO;
        System.out.printf(
                Locale.ROOT,
                "{\"round\":\"%s\",\"decisions\":%d,\"swaps\":%d,\"seconds\":%.1f,\"p50\":%.2f,\"p99\":%.2f,\"p999\":%.2f,\"max\":%.1f}%n",
                name,
                count,
                swaps,
                took,
                p50,
                p99,
                sorted[(int) (count * 0.999)] / NANOS_PER_MICRO,
                sorted[count - 1] / NANOS_PER_MICRO);
        return new double[] {p50, p99, took};
    }
}
