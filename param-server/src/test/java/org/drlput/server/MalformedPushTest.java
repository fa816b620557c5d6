package org.drlput.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.drlput.common.client.RunFence;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.wire.v1.ContributionId;
import org.drlput.common.wire.v1.Fence;
import org.drlput.common.wire.v1.PushChunk;
import org.drlput.common.wire.v1.PushHeader;
import org.drlput.common.wire.v1.PushReply.Outcome;
import org.drlput.common.wire.v1.RefusedMicroBatch;
import org.drlput.common.wire.v1.TensorChunk;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pushes that can not be taken: the status, the text, and that nothing of them is left. */
@TestInstance(Lifecycle.PER_CLASS)
class MalformedPushTest {
    private static final int STEPS = 3;
    private static final int LANES = 8;
    /** A micro-batch of step 0 that has rows. */
    private static final int LANE = IntStream.range(0, LANES)
            .filter(v -> !SyntheticGradient.empty(0, v))
            .findFirst()
            .orElseThrow();

    private final TestRun run =
            TestRun.of("run", STEPS, "{rowsPerStep: 64, microBatches: 8, window: 2, seed: 5}", "{type: sgd}", 100);

    private TestServers servers;
    private RawClient raw;
    private Fence fence;
    private Parameters weights;

    @BeforeAll
    @SuppressWarnings("NullAway.Init")
    void start(@TempDir Path data) {
        servers = new TestServers(data, 1);
        raw = new RawClient(servers.addresses().get(0));
        RunFence opened = run.fence(1, servers.client().open(run.openRequest(1, 1, 1)));
        fence = RawClient.fence(opened);
        weights = Reference.train(run, 0, STEPS).weights();
    }

    @AfterAll
    void stop() {
        raw.close();
        servers.close();
    }

    private record Case(String name, UnaryOperator<PushChunk> broken, Code code, String text) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static UnaryOperator<PushChunk> header(Consumer<PushHeader.Builder> change) {
        return good -> {
            PushHeader.Builder header = good.getHeader().toBuilder();
            change.accept(header);
            return good.toBuilder().setHeader(header).build();
        };
    }

    /** Changes the first chunk of a tensor. */
    private static UnaryOperator<PushChunk> chunk(String tensor, Consumer<TensorChunk.Builder> change) {
        return good -> {
            PushChunk.Builder message = good.toBuilder();
            for (int i = 0; i < message.getTensorCount(); i++) {
                if (message.getTensor(i).getName().equals(tensor)) {
                    change.accept(message.getTensorBuilder(i));
                    return message.build();
                }
            }
            throw new AssertionError("no chunk of " + tensor);
        };
    }

    private static void values(TensorChunk.Builder chunk, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        bytes(chunk, bytes.array());
    }

    private static void bytes(TensorChunk.Builder chunk, byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        chunk.setFloat32Le(ByteString.copyFrom(bytes)).setCrc32C((int) crc.getValue());
    }

    private static UnaryOperator<PushChunk> id(long step, int... microBatches) {
        return header(h -> h.setId(ContributionId.newBuilder()
                .setStep(step)
                .addAllMicroBatch(IntStream.of(microBatches).boxed().toList())));
    }

    static Stream<Case> broken() {
        return Stream.of(
                new Case(
                        "no header",
                        good -> good.toBuilder().clearHeader().build(),
                        Code.INVALID_ARGUMENT,
                        "push: the first message has no header"),
                new Case(
                        "unknown tensor",
                        chunk("output.bias", c -> c.setName("output.bios")),
                        Code.INVALID_ARGUMENT,
                        "tensor 'output.bios': there is none of this name in the experiment's network"),
                new Case(
                        "tensor left out",
                        good -> good.toBuilder()
                                .removeTensor(good.getTensorCount() - 1)
                                .setHeader(good.getHeader().toBuilder().setTensorChunks(good.getTensorCount() - 1))
                                .build(),
                        Code.INVALID_ARGUMENT,
                        "tensor output.bias: found 0 values, expected all 8 of shard 0"),
                new Case(
                        "tensor too short",
                        chunk("output.bias", c -> values(c, 1, 2, 3)),
                        Code.INVALID_ARGUMENT,
                        "tensor output.bias: found 3 values, expected all 8 of shard 0"),
                new Case(
                        "tensor too long",
                        chunk("output.bias", c -> values(c, new float[9])),
                        Code.INVALID_ARGUMENT,
                        "tensor output.bias: found 9 values from 0 on, expected at most 8 values from 0 on"),
                new Case(
                        "a gap",
                        chunk("output.bias", c -> c.setOffset(1)),
                        Code.INVALID_ARGUMENT,
                        "tensor output.bias: found 8 values from 1 on, expected at most 8 values from 0 on"),
                new Case(
                        "offset past all",
                        chunk("output.bias", c -> c.setOffset(-1)),
                        Code.INVALID_ARGUMENT,
                        "tensor output.bias: found 8 values from -1 on, expected at most 8 values from 0 on"),
                new Case(
                        "tensor twice",
                        good -> good.toBuilder()
                                .addTensor(good.getTensor(good.getTensorCount() - 1))
                                .build(),
                        Code.INVALID_ARGUMENT,
                        "tensor output.bias: found 8 values from 0 on, expected at most 0 values from 8 on"),
                new Case(
                        "no values",
                        chunk("output.bias", c -> values(c)),
                        Code.INVALID_ARGUMENT,
                        "tensor output.bias: found 0 values from 0 on, expected at most 8 values from 0 on"),
                new Case(
                        "half a float",
                        chunk("output.bias", c -> bytes(c, new byte[31])),
                        Code.INVALID_ARGUMENT,
                        "tensor output.bias: found 31 bytes of values, expected a multiple of 4"),
                new Case(
                        "chunk too large",
                        chunk("output.bias", c -> bytes(c, new byte[(1 << 20) + 4])),
                        Code.INVALID_ARGUMENT,
                        "tensor output.bias: found 1048580 bytes of values in one chunk, expected at most 1048576"),
                new Case(
                        "message too large",
                        chunk("output.bias", c -> bytes(c, new byte[5 << 20])),
                        Code.RESOURCE_EXHAUSTED,
                        "gRPC message exceeds maximum size 4194304"),
                new Case(
                        "bad checksum",
                        chunk("output.bias", c -> c.setCrc32C(0x12345678)),
                        Code.DATA_LOSS,
                        "expected 12345678: they were changed on the way"),
                new Case(
                        "NaN",
                        chunk("output.bias", c -> values(c, 1, 2, 3, 4, 5, Float.NaN, 7, 8)),
                        Code.INVALID_ARGUMENT,
                        "tensor output.bias: found NaN at [5, 0], expected a finite number"),
                new Case(
                        "infinite",
                        chunk("layer1.gamma", c -> values(c, 1, 2, 3, 4, Float.NEGATIVE_INFINITY)),
                        Code.INVALID_ARGUMENT,
                        "tensor layer1.gamma: found -Infinity at [4, 0], expected a finite number"),
                new Case(
                        "NaN in a row",
                        chunk("embedding.user", c -> {
                            float[] values = new float[4 * c.getRowCount()];
                            values[6] = Float.NaN;
                            c.setRow(1, 7);
                            values(c, values);
                        }),
                        Code.INVALID_ARGUMENT,
                        "tensor embedding.user: found NaN at [7, 2], expected a finite number"),
                new Case(
                        "rows of a dense tensor",
                        chunk("output.bias", c -> c.addRow(0)),
                        Code.INVALID_ARGUMENT,
                        "tensor output.bias: found a list of rows, expected all values: it is no embedding table"),
                new Case(
                        "an embedding table without rows",
                        chunk("embedding.user", TensorChunk.Builder::clearRow),
                        Code.INVALID_ARGUMENT,
                        "tensor embedding.user: found a run of values, expected rows: it is an embedding table"),
                new Case(
                        "row outside",
                        chunk("embedding.user", c -> c.setRow(0, 101)),
                        Code.INVALID_ARGUMENT,
                        "tensor embedding.user: found row 101, expected one of shard 0's rows [0, 101)"),
                new Case(
                        "row far outside",
                        chunk("embedding.user", c -> c.setRow(0, -1)),
                        Code.INVALID_ARGUMENT,
                        "tensor embedding.user: found row 4294967295, expected one of shard 0's rows [0, 101)"),
                new Case(
                        "row twice",
                        chunk("embedding.user", c -> c.setRow(0, 3).setRow(1, 3)),
                        Code.INVALID_ARGUMENT,
                        "tensor embedding.user: found row 3 twice, expected each row once"),
                new Case(
                        "rows without values",
                        chunk("embedding.user", c -> values(c, 1, 2, 3, 4)),
                        Code.INVALID_ARGUMENT,
                        "tensor embedding.user: found 4 values for 3 rows, expected 4 for each"),
                new Case(
                        "cut short",
                        header(h -> h.setTensorChunks(h.getTensorChunks() + 1)),
                        Code.INVALID_ARGUMENT,
                        "the message was cut short"),
                new Case(
                        "NaN reward",
                        header(h -> h.getMetricsBuilder().setRewardSum(Double.NaN)),
                        Code.INVALID_ARGUMENT,
                        "metrics.reward_sum: found NaN, expected a finite number"),
                new Case(
                        "negative rows",
                        header(h -> h.getMetricsBuilder().setRows(-1)),
                        Code.INVALID_ARGUMENT,
                        "metrics.rows: found 18446744073709551615, expected at most 2^63 - 1"),
                new Case(
                        "tensors without rows",
                        header(h -> h.getMetricsBuilder().setRows(0)),
                        Code.INVALID_ARGUMENT,
                        "push: found tensors, expected none: its metrics say that it has no rows"),
                new Case(
                        "rows without tensors",
                        good -> good.toBuilder().clearTensor().build(),
                        Code.INVALID_ARGUMENT,
                        "found 0 tensor chunks, expected"),
                new Case(
                        "no micro-batch",
                        id(0),
                        Code.INVALID_ARGUMENT,
                        "expected one, or an aligned subtree, of 8 micro-batches"),
                new Case(
                        "micro-batch outside",
                        id(0, 8),
                        Code.INVALID_ARGUMENT,
                        "micro-batch 8 of step 0: expected one, or an aligned subtree, of 8 micro-batches"),
                new Case(
                        "micro-batch far outside",
                        id(0, -1),
                        Code.INVALID_ARGUMENT,
                        "expected one, or an aligned subtree, of 8 micro-batches"),
                new Case(
                        "subtree not aligned",
                        id(0, 1, 2),
                        Code.INVALID_ARGUMENT,
                        "micro-batches 1 to 2 of step 0: expected one, or an aligned subtree, of 8 micro-batches"),
                new Case(
                        "no subtree",
                        id(0, 0, 1, 2),
                        Code.INVALID_ARGUMENT,
                        "micro-batches 0 to 2 of step 0: expected one, or an aligned subtree, of 8 micro-batches"),
                new Case(
                        "micro-batches with a gap",
                        id(0, 0, 2),
                        Code.INVALID_ARGUMENT,
                        "push: found the micro-batches [0, 2], expected a run of them, ascending"),
                new Case("step past the end", id(3, LANE), Code.INVALID_ARGUMENT, "step 3: the run has steps 0 to 2"),
                new Case("step out of range", id(-1, LANE), Code.INVALID_ARGUMENT, "the run has steps 0 to 2"),
                new Case(
                        "step past the window",
                        id(2, LANE),
                        Code.RESOURCE_EXHAUSTED,
                        "found it when 0 steps are applied, expected a step before 2 (training.window is 2): push it later"),
                new Case(
                        "refused micro-batch not counted",
                        header(h -> h.addRefused(RefusedMicroBatch.newBuilder()
                                .setMicroBatch(LANE)
                                .setCause("NaN"))),
                        Code.INVALID_ARGUMENT,
                        "its metrics count 0 refused micro-batches, its list 1"),
                new Case(
                        "refused micro-batch of another push",
                        header(h -> {
                            h.getMetricsBuilder().setRefusedMicroBatches(1);
                            h.addRefused(RefusedMicroBatch.newBuilder()
                                    .setMicroBatch(LANE + 1)
                                    .setCause("NaN"));
                        }),
                        Code.INVALID_ARGUMENT,
                        "as refused, which is not in it"),
                new Case(
                        "other run",
                        header(h -> h.getFenceBuilder().setRun("other")),
                        Code.FAILED_PRECONDITION,
                        "run: found other, expected run, with which this shard is open: who asks is of another life"),
                new Case(
                        "older generation",
                        header(h -> h.getFenceBuilder().setGeneration(0)),
                        Code.FAILED_PRECONDITION,
                        "generation: found 0, expected 1, with which this shard is open"),
                new Case(
                        "other incarnation",
                        header(h -> h.getFenceBuilder().setIncarnation(5)),
                        Code.FAILED_PRECONDITION,
                        "incarnation: found 5, expected"),
                new Case(
                        "other experiment",
                        header(h -> h.getFenceBuilder().setExperimentSha256("00")),
                        Code.FAILED_PRECONDITION,
                        "experiment: found 00, expected"),
                new Case(
                        "other kernel",
                        header(h -> h.getFenceBuilder().setKernel("openblas/haswell")),
                        Code.FAILED_PRECONDITION,
                        "kernel: found openblas/haswell, expected plain, with which this shard is open"),
                new Case(
                        "no fence",
                        header(PushHeader.Builder::clearFence),
                        Code.FAILED_PRECONDITION,
                        "run: found , expected run"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void isRefusedWithTheFittingStatus(Case broken) {
        PushChunk message = broken.broken().apply(RawClient.push(fence, run, 0, LANE, weights));
        StatusRuntimeException failure = RawClient.failure(() -> raw.push(List.of(message)));
        assertThat(RawClient.description(failure)).contains(broken.text());
        assertThat(failure.getStatus().getCode()).isEqualTo(broken.code());
        assertThat(servers.client().statuses().get(0).getStep()).isZero();
        assertThat(servers.client().statuses().get(0).getFailure()).isEmpty();
    }

    @Test
    void aPushOfNoMessageIsRefused() {
        StatusRuntimeException failure = RawClient.failure(() -> raw.push(List.of()));
        assertThat(RawClient.description(failure)).isEqualTo("push: it has no message, expected a header and tensors");
        assertThat(failure.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    }

    @Test
    void aSecondHeaderIsRefused() {
        PushChunk good = RawClient.push(fence, run, 0, LANE, weights);
        StatusRuntimeException failure = RawClient.failure(() -> raw.push(List.of(good, good)));
        assertThat(RawClient.description(failure)).isEqualTo("push: found a second header, expected tensors");
        assertThat(failure.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    }

    /** A run of its own: after every malformed push, and every good one twice, the bits are those of a run without. */
    @Test
    void nothingIsLeftOfMalformedAndRepeatedPushes(@TempDir Path other) {
        try (TestServers own = new TestServers(other, 1);
                RawClient client = new RawClient(own.addresses().get(0))) {
            Fence open = RawClient.fence(run.fence(1, own.client().open(run.openRequest(1, 1, 1))));
            for (long step = 0; step < STEPS; step++) {
                Parameters before = Reference.train(run, step, STEPS).weights();
                for (int lane = 0; lane < LANES; lane++) {
                    PushChunk good = RawClient.push(open, run, step, lane, before);
                    if (step == 0 && lane == LANE) {
                        broken().forEach(c -> RawClient.failure(
                                () -> client.push(List.of(c.broken().apply(good)))));
                    }
                    assertThat(client.push(List.of(good)).getOutcome()).isEqualTo(Outcome.ACCEPTED);
                    assertThat(client.push(List.of(good)).getOutcome()).isEqualTo(Outcome.DUPLICATE);
                }
                assertThat(client.push(List.of(RawClient.push(open, run, 0, 0, before)))
                                .getOutcome())
                        .isEqualTo(Outcome.DUPLICATE);
            }
            RunFence fenceOfAll = new RunFence(
                    open.getRun(), 1, List.of(open.getIncarnation()), open.getExperimentSha256(), open.getKernel());
            Parameters after =
                    new TestWorker(own.client().session(fenceOfAll, run.tensors()), run.tensors(), 0, 1).pullAll(STEPS);
            Parameters expected = Reference.train(run, STEPS, STEPS).weights();
            for (TensorSpec tensor : run.tensors()) {
                assertThat(after.values(tensor.name())).as(tensor.name()).isEqualTo(expected.values(tensor.name()));
            }
        }
    }

    @Test
    void aSumThatOverlapsAnotherOneIsRefused(@TempDir Path other) {
        try (TestServers own = new TestServers(other, 1);
                RawClient client = new RawClient(own.addresses().get(0))) {
            Fence open = RawClient.fence(run.fence(1, own.client().open(run.openRequest(1, 1, 1))));
            assertThat(client.push(List.of(RawClient.push(open, run, 0, 1, weights)))
                            .getOutcome())
                    .isEqualTo(Outcome.ACCEPTED);
            PushChunk joined = id(0, 0, 1).apply(RawClient.push(open, run, 0, 0, weights));
            StatusRuntimeException failure = RawClient.failure(() -> client.push(List.of(joined)));
            assertThat(RawClient.description(failure))
                    .isEqualTo(
                            "micro-batches 0 to 1 of step 0: 1 of 2 were pushed before in another sum: one generation"
                                    + " joins its micro-batches in one way");
            assertThat(failure.getStatus().getCode()).isEqualTo(Code.FAILED_PRECONDITION);
        }
    }
}
