package org.drlput.bench.rpc;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.commons.io.file.PathUtils;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.client.RowSelection;
import org.drlput.common.client.RunFence;
import org.drlput.common.client.TrainingSession;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.SummationTree.Subtree;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.wire.v1.OpenReply;
import org.drlput.common.wire.v1.OpenRequest;
import org.drlput.server.ShardServer;

/**
 * A step's pull and push over gRPC on loopback, servers and workers in one process, without any computation but the optimizer's:
 * workload A's tensors (84 thousand dense weights, 5,150 touched rows of 16). One JSON line.
 *
 * <p>{@code bench/round-trips [shards [workers [seconds [sgd|adamW]]]]}
 */
public final class RoundTrips {
    private static final int[] BUCKETS = {50, 100, 500, 1_000, 5_000, 10_000, 50_000, 100_000};
    /** Of 1,024 rows, uniform over the buckets, so many are distinct. */
    private static final int TOUCHED = 5_150;

    private RoundTrips() {}

    public static void main(String[] args) throws Exception {
        int shards = args.length > 0 ? Integer.parseInt(args[0]) : 2;
        int workers = args.length > 1 ? Integer.parseInt(args[1]) : 1;
        double seconds = args.length > 2 ? Double.parseDouble(args[2]) : 5;
        String optimizer = args.length > 3 ? args[3] : "adamW";
        Path data = Files.createTempDirectory("drlput-bench-");
        List<ShardServer> servers = new ArrayList<>();
        try {
            for (int shard = 0; shard < shards; shard++) {
                servers.add(ShardServer.start(ShardServer.Settings.embedded(shard, shards, data)));
            }
            try (ParameterClient client = ParameterClient.connect(
                    servers.stream().map(ShardServer::address).toList())) {
                run(client, shards, workers, seconds, optimizer);
            }
        } finally {
            servers.forEach(ShardServer::close);
            PathUtils.deleteDirectory(data);
        }
    }

    private static void run(ParameterClient client, int shards, int workers, double seconds, String optimizer)
            throws Exception {
        byte[] yaml = yaml(optimizer).getBytes(StandardCharsets.UTF_8);
        List<TensorSpec> tensors =
                ModelSpec.of(ExperimentLoader.parse(yaml, "bench")).tensors();
        OpenRequest open = BenchRun.open(yaml, shards);
        List<Long> incarnations =
                client.open(open).stream().map(OpenReply::getIncarnation).toList();
        RunFence fence = new RunFence("bench", 1, incarnations, open.getExperimentSha256(), open.getKernel());
        ExecutorService threads = Executors.newFixedThreadPool(workers);
        try {
            long steps = warmUpAndMeasure(client, fence, tensors, threads, workers, 0, seconds, null);
            List<long[]> times = new ArrayList<>();
            long from = System.nanoTime();
            long cpuFrom = cpuNanos();
            long end = warmUpAndMeasure(client, fence, tensors, threads, workers, steps, seconds, times);
            double elapsed = (System.nanoTime() - from) / 1e9;
            double cpuMicros = (cpuNanos() - cpuFrom) / 1e3 / (end - steps);
            print(shards, workers, optimizer, times, (end - steps) / elapsed, cpuMicros);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Of the whole process: what a step costs on a machine that others use too. */
    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /** All workers in step, the first one's times; returns the step to go on with. */
    private static long warmUpAndMeasure(
            ParameterClient client,
            RunFence fence,
            List<TensorSpec> tensors,
            ExecutorService threads,
            int workers,
            long firstStep,
            double seconds,
            @org.jspecify.annotations.Nullable List<long[]> times)
            throws Exception {
        List<Worker> all = new ArrayList<>();
        for (int w = 0; w < workers; w++) {
            all.add(new Worker(client.session(fence, tensors), tensors, 8 / workers * w, 8 / workers, w));
        }
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long step = firstStep;
        while (System.nanoTime() < end) {
            long current = step++;
            List<CompletableFuture<long[]>> done = new ArrayList<>();
            for (Worker worker : all) {
                done.add(CompletableFuture.supplyAsync(() -> worker.step(current), threads));
            }
            for (int w = 0; w < workers; w++) {
                long[] time = done.get(w).get();
                if (w == 0 && times != null) {
                    times.add(time);
                }
            }
        }
        return step;
    }

    private static final class Worker {
        private final TrainingSession session;
        private final Parameters weights;
        private final RowSelection rows;
        private final Subtree sum;

        Worker(TrainingSession session, List<TensorSpec> tensors, int lane, int lanes, int seed) {
            this.session = session;
            this.weights = new Parameters(tensors);
            this.rows = new RowSelection(tensors);
            Contribution contribution = new Contribution(tensors);
            contribution.metrics().rows = 1_024;
            Random random = new Random(seed);
            int tables = (int) tensors.stream().filter(TensorSpec::sparse).count();
            for (int t = 0; t < tensors.size(); t++) {
                TensorSpec tensor = tensors.get(t);
                if (!tensor.sparse()) {
                    Arrays.fill(contribution.dense(t), 0.5f);
                }
                float[] row = new float[tensor.columns()];
                int wanted = tensor.sparse() ? Math.min(tensor.rows(), TOUCHED / tables * 4 / 3) : 0;
                for (int i = 0; i < wanted; i++) {
                    contribution.sparse(t).addRow(random.nextInt(tensor.rows()), row, 0);
                }
                for (int slot = 0;
                        tensor.sparse() && slot < contribution.sparse(t).count();
                        slot++) {
                    rows.add(t, contribution.sparse(t).row(slot));
                }
            }
            sum = new Subtree(lane, lanes, contribution);
        }

        /** Nanoseconds of pull and push. */
        long[] step(long step) {
            long start = System.nanoTime();
            var unused = session.pull(step, rows, weights);
            long pulled = System.nanoTime();
            session.push(step, sum, List.of(), null).join();
            return new long[] {pulled - start, System.nanoTime() - pulled};
        }
    }

    private static void print(
            int shards, int workers, String optimizer, List<long[]> times, double stepsPerSecond, double cpuMicros) {
        long[] pull = times.stream().mapToLong(t -> t[0]).sorted().toArray();
        long[] push = times.stream().mapToLong(t -> t[1]).sorted().toArray();
        long[] both = times.stream().mapToLong(t -> t[0] + t[1]).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "{\"shards\": %d, \"workers\": %d, \"optimizer\": \"%s\", \"steps\": %d, \"stepsPerSecond\": %.0f, \"cpuMicrosPerStep\": %.0f, "
                        + "\"pullMicros\": %s, \"pushMicros\": %s, \"stepMicros\": %s}%n",
                shards,
                workers,
                optimizer,
                times.size(),
                stepsPerSecond,
                cpuMicros,
                percentiles(pull),
                percentiles(push),
                percentiles(both));
    }

    private static String percentiles(long[] sorted) {
        return String.format(
                Locale.ROOT,
                "{\"p50\": %.0f, \"p90\": %.0f, \"p99\": %.0f}",
                sorted[sorted.length / 2] / 1e3,
                sorted[sorted.length * 9 / 10] / 1e3,
                sorted[sorted.length * 99 / 100] / 1e3);
    }

    private static String yaml(String optimizer) {
        StringBuilder yaml = new StringBuilder("formatVersion: 1\nname: bench\nfeatures:\n");
        for (int i = 0; i < 24; i++) {
            yaml.append("  - {name: n").append(i).append(", type: numeric}\n");
        }
        for (int buckets : BUCKETS) {
            yaml.append(
                    "  - {name: c%d, type: categorical, hashBuckets: %d, dimension: 16}%n".formatted(buckets, buckets));
        }
        return yaml + """
                actions:
                  hyperparameters:
                    - {name: a, levels: [0, 1, 2, 3, 4, 5, 6, 7], production: 1}
                    - {name: b, levels: [0, 1, 2, 3, 4, 5, 6, 7], production: 1}
                reward:
                  active: R0
                  outcomes: {revenue: {column: revenue}}
                  variants: {R0: {revenue: 1}}
                network: {hidden: [256, 128, 64]}
                training: {rowsPerStep: 1024, microBatches: 8}
                versions: {everySteps: 1000000}
                optimizer: {type: %s, learningRate: 0.0001}
                """.formatted(optimizer);
    }
}
