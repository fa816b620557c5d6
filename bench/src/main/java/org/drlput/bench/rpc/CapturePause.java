package org.drlput.bench.rpc;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.client.ParameterClient.CapturePurpose;
import org.drlput.common.client.ParameterClient.Confirmation;
import org.drlput.common.client.RowSelection;
import org.drlput.common.client.RunFence;
import org.drlput.common.client.TrainingSession;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.SummationTree.Subtree;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.wire.v1.CaptureKey;
import org.drlput.common.wire.v1.CaptureReply;
import org.drlput.common.wire.v1.OpenReply;
import org.drlput.common.wire.v1.OpenRequest;
import org.drlput.server.ShardServer;
import org.jspecify.annotations.Nullable;

/**
 * How long a shard of 50 million weights with AdamW's moments stands still for a capture: steps (pull and push over gRPC, one worker
 * that computes nothing) in the second after a cut, and in a second without one, in turns. Of each second the slowest step, and the
 * most processor time that the shard's thread had in one step: what others on the machine do does not show in that. One JSON line.
 *
 * <p>{@code bench/capture-pause [embeddings|dense [captures]]}
 */
public final class CapturePause {
    private static final int TABLES = 8;
    private static final int ROWS = 390_625;
    private static final int TOUCHED = 5_150;
    /** Other rows in every step. */
    private static final int VARIANTS = 32;

    /** A copy takes less. */
    private static final long WINDOW_NANOS = 1_000_000_000;

    private static final int WARM_UP = 5;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final List<TensorSpec> tensors;
    private final ParameterClient client;
    private final RunFence fence;
    private final TrainingSession session;
    private final Parameters weights;
    private final List<RowSelection> rows = new ArrayList<>();
    private final List<Subtree> sums = new ArrayList<>();
    private @Nullable CaptureKey lastCut;
    private long step;
    private final long shardThread;

    private CapturePause(ParameterClient client, RunFence fence, List<TensorSpec> tensors) {
        this.client = client;
        this.fence = fence;
        this.tensors = tensors;
        this.shardThread = Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
                .filter(thread -> thread.getThreadName().equals("shard-0"))
                .findFirst()
                .orElseThrow()
                .getThreadId();
        this.session = client.session(fence, tensors);
        this.weights = new Parameters(tensors);
        boolean sparse = tensors.stream().anyMatch(TensorSpec::sparse);
        for (int i = 0; i < (sparse ? VARIANTS : 1); i++) {
            addVariant(new Random(i));
        }
    }

    private void addVariant(Random random) {
        Contribution contribution = new Contribution(tensors);
        RowSelection selection = new RowSelection(tensors);
        contribution.metrics().rows = 1_024;
        for (int t = 0; t < tensors.size(); t++) {
            TensorSpec tensor = tensors.get(t);
            if (!tensor.sparse()) {
                Arrays.fill(contribution.dense(t), 0.5f);
                continue;
            }
            float[] row = new float[tensor.columns()];
            Arrays.fill(row, 0.25f);
            for (int i = 0; i < TOUCHED / TABLES; i++) {
                contribution.sparse(t).addRow(random.nextInt(tensor.rows()), row, 0);
            }
            for (int slot = 0; slot < contribution.sparse(t).count(); slot++) {
                selection.add(t, contribution.sparse(t).row(slot));
            }
        }
        rows.add(selection);
        sums.add(new Subtree(0, 8, contribution));
    }

    public static void main(String[] args) throws Exception {
        boolean dense = args.length > 0 && args[0].equals("dense");
        int captures = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        Path data = Files.createTempDirectory("drlput-bench-");
        try (ShardServer server = ShardServer.start(ShardServer.Settings.embedded(0, 1, data));
                ParameterClient client = ParameterClient.connect(List.of(server.address()))) {
            byte[] yaml = yaml(dense).getBytes(StandardCharsets.UTF_8);
            List<TensorSpec> tensors =
                    ModelSpec.of(ExperimentLoader.parse(yaml, "bench")).tensors();
            OpenRequest open = BenchRun.open(yaml, 1);
            List<Long> incarnations =
                    client.open(open).stream().map(OpenReply::getIncarnation).toList();
            RunFence fence = new RunFence("bench", 1, incarnations, open.getExperimentSha256(), open.getKernel());
            new CapturePause(client, fence, tensors).measure(dense, captures);
        } finally {
            PathUtils.deleteDirectory(data);
        }
    }

    /** Of the steps of one second: the longest, and the most of the shard's thread. */
    private record Slowest(long nanos, long shardNanos) {}

    private void measure(boolean dense, int captures) {
        for (int i = 0; i < WARM_UP; i++) {
            var unused = slowest();
        }
        List<Slowest> without = new ArrayList<>();
        List<Slowest> with = new ArrayList<>();
        List<Long> durable = new ArrayList<>();
        for (int c = 0; c < captures; c++) {
            without.add(slowest());
            CaptureKey key = CaptureKey.newBuilder()
                    .setRun("bench")
                    .setGeneration(1)
                    .setBoundary(step)
                    .build();
            lastCut = key;
            long cut = System.nanoTime();
            CompletableFuture<CaptureReply> question =
                    client.awaitCapture(0, fence, key, CapturePurpose.CHECKPOINT, Duration.ofMinutes(2));
            with.add(slowest());
            CaptureReply reply = question.join();
            if (!reply.getDeclined().isEmpty()) {
                throw new IllegalStateException(reply.getDeclined());
            }
            durable.add((System.nanoTime() - cut) / 1_000_000);
            client.confirm(fence, new Confirmation(key, c + 1, 1, reply.getStagedList()))
                    .join();
        }
        print(dense, without, with, durable);
    }

    private Slowest slowest() {
        long end = System.nanoTime() + WINDOW_NANOS;
        long nanos = 0;
        long shardNanos = 0;
        while (System.nanoTime() < end) {
            long cpu = THREADS.getThreadCpuTime(shardThread);
            long start = System.nanoTime();
            step();
            nanos = Math.max(nanos, System.nanoTime() - start);
            shardNanos = Math.max(shardNanos, THREADS.getThreadCpuTime(shardThread) - cpu);
        }
        return new Slowest(nanos, shardNanos);
    }

    private void step() {
        int variant = (int) (step % sums.size());
        var unused = session.pull(step, rows.get(variant), weights);
        session.push(step, sums.get(variant), List.of(), lastCut).join();
        step++;
    }

    private void print(boolean dense, List<Slowest> without, List<Slowest> with, List<Long> durableMillis) {
        System.out.printf(
                Locale.ROOT,
                "{\"model\": \"%s\", \"weights\": %d, \"captures\": %d, \"slowestStepMillis\": {\"without\": %s, \"with\": %s}, "
                        + "\"shardThreadMillis\": {\"without\": %s, \"with\": %s}, \"durableMillis\": %s}%n",
                dense ? "dense" : "embeddings",
                tensors.stream().mapToLong(TensorSpec::size).sum(),
                with.size(),
                millis(without.stream().map(Slowest::nanos)),
                millis(with.stream().map(Slowest::nanos)),
                millis(without.stream().map(Slowest::shardNanos)),
                millis(with.stream().map(Slowest::shardNanos)),
                durableMillis.stream().sorted().toList());
    }

    private static String millis(Stream<Long> nanos) {
        long[] sorted = nanos.mapToLong(n -> n).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "{\"p50\": %.1f, \"max\": %.1f}",
                sorted[sorted.length / 2] / 1e6,
                sorted[sorted.length - 1] / 1e6);
    }

    private static String yaml(boolean dense) {
        StringBuilder yaml = new StringBuilder("formatVersion: 1\nname: bench\nfeatures:\n");
        yaml.append("  - {name: n, type: numeric}\n");
        for (int i = 0; i < TABLES && !dense; i++) {
            yaml.append("  - {name: c%d, type: categorical, hashBuckets: %d, dimension: 16}%n".formatted(i, ROWS));
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
                network: {hidden: %s}
                training: {rowsPerStep: 1024, microBatches: 8}
                versions: {everySteps: 1000000}
                optimizer: {type: adamW, learningRate: 0.0001}
                """.formatted(dense ? "[4096, 4096, 4096, 4096]" : "[256, 128, 64]");
    }
}
