package org.drlput.common.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.tensor.TensorSpec.Role;
import org.drlput.common.wire.v1.PullChunk;
import org.drlput.common.wire.v1.TensorChunk;
import org.junit.jupiter.api.Test;

/** Tensors out and in again, as messages and as bytes. */
class TensorWireTest {
    private static final int MIB = 1 << 20;
    /** Of the little-endian floats 1 and -2.5. */
    private static final int CRC = 0xd5bd11cb;

    private static final List<TensorSpec> TENSORS = List.of(
            new TensorSpec("table", 90_001, 7, Role.EMBEDDING),
            new TensorSpec("wide", 3, 300_001, Role.DENSE),
            new TensorSpec("bias", 5, 1, Role.DENSE_NO_DECAY),
            new TensorSpec("statistics", 2, 2, Role.STATISTIC));

    /** Writes into whole tensors; remembers which rows of tables it has. */
    private static final class Whole implements TensorInput.Target {
        private final Parameters into = new Parameters(TENSORS);

        @Override
        public void run(int tensor, long offset, FloatBuffer values) {
            values.get(into.values(tensor), (int) offset, values.remaining());
        }

        @Override
        public boolean row(int tensor, int row, float[] values, int from) {
            int columns = TENSORS.get(tensor).columns();
            System.arraycopy(values, from, into.values(tensor), row * columns, columns);
            return true;
        }
    }

    private static Parameters random(long seed) {
        Random random = new Random(seed);
        Parameters values = new Parameters(TENSORS);
        for (int t = 0; t < TENSORS.size(); t++) {
            for (int i = 0; i < values.values(t).length; i++) {
                values.values(t)[i] = Float.intBitsToFloat(random.nextInt() & 0xFF7FFFFF);
            }
        }
        return values;
    }

    /** A shard's part: dense tensors, and every third row of tables or all of them. */
    private static TensorOutput part(Parameters values, TensorInput.Layout layout, boolean allRows) {
        TensorOutput output = new TensorOutput();
        for (int t = 0; t < TENSORS.size(); t++) {
            TensorSpec tensor = TENSORS.get(t);
            int first = layout.firstRow(t);
            int rows = layout.endRow(t) - first;
            if (!tensor.sparse() || allRows) {
                int at = first * tensor.columns();
                output.addRun(tensor.name(), at, values.values(t), at, rows * tensor.columns());
                continue;
            }
            int[] wanted = new int[(rows + 2) / 3];
            for (int i = 0; i < wanted.length; i++) {
                wanted[i] = first + 3 * i;
            }
            output.addRows(tensor.name(), tensor.columns(), values.values(t), wanted, wanted, wanted.length);
        }
        return output;
    }

    private static List<byte[]> messages(TensorOutput output) {
        List<byte[]> messages = new ArrayList<>();
        while (output.hasNext()) {
            messages.add(PullChunk.newBuilder()
                    .addAllTensor(output.nextMessage())
                    .build()
                    .toByteArray());
        }
        return messages;
    }

    @Test
    void whatGoesOutComesInToTheBit() throws Exception {
        Parameters values = random(1);
        for (int shards = 1; shards <= 5; shards++) {
            Whole whole = new Whole();
            for (int shard = 0; shard < shards; shard++) {
                TensorInput.Layout layout = new TensorInput.Layout(TENSORS, new ShardLayout(shards), shard);
                TensorOutput output = part(values, layout, true);
                TensorInput input = new TensorInput(layout, whole);
                for (byte[] message : messages(output)) {
                    PullChunk.parseFrom(message).getTensorList().forEach(input::accept);
                }
                input.finish(output.chunkCount());
            }
            for (int t = 0; t < TENSORS.size(); t++) {
                assertThat(whole.into.values(t)).isEqualTo(values.values(t));
            }
        }
    }

    @Test
    void rowsComeAloneAndTheOthersStayAsTheyWere() throws Exception {
        Parameters values = random(2);
        TensorInput.Layout layout = new TensorInput.Layout(TENSORS, new ShardLayout(2), 1);
        TensorOutput output = part(values, layout, false);
        Whole whole = new Whole();
        TensorInput input = new TensorInput(layout, whole);
        for (byte[] message : messages(output)) {
            PullChunk.parseFrom(message).getTensorList().forEach(input::accept);
        }
        input.finish(output.chunkCount());
        assertThat(input.rowsRead(0)).isEqualTo((layout.endRow(0) - layout.firstRow(0) + 2) / 3);
        assertThat(input.whole(0)).isFalse();
        assertThat(input.whole(1)).isTrue();
        for (int row = 0; row < TENSORS.get(0).rows(); row++) {
            boolean sent = row >= layout.firstRow(0) && (row - layout.firstRow(0)) % 3 == 0;
            assertThat(whole.into.values(0)[row * 7]).isEqualTo(sent ? values.values(0)[row * 7] : 0f);
        }
    }

    @Test
    void messagesHoldAtMostOneMebibyteOfValuesAndAsMuchAsFits() {
        TensorOutput output = part(random(3), new TensorInput.Layout(TENSORS, new ShardLayout(1), 0), true);
        List<Integer> bytes = new ArrayList<>();
        int chunks = 0;
        while (output.hasNext()) {
            List<TensorChunk> message = output.nextMessage();
            chunks += message.size();
            bytes.add(message.stream()
                    .mapToInt(chunk -> chunk.getFloat32Le().size())
                    .sum());
        }
        assertThat(bytes).allSatisfy(size -> assertThat(size).isLessThanOrEqualTo(MIB));
        // table 2.4 MiB: a chunk each of 1, 1, 0.4; wide 3.4 MiB: 1, 1, 1, 0.4; the small ones go with the last
        assertThat(bytes).hasSize(7);
        assertThat(chunks).isEqualTo(output.chunkCount()).isEqualTo(9);
        output.rewind();
        assertThat(output.nextMessage()).hasSize(1);
    }

    @Test
    void aTensorOfAShardWithoutRowsHasNoChunk() {
        TensorInput.Layout layout = new TensorInput.Layout(TENSORS, new ShardLayout(8), 0);
        assertThat(layout.endRow(3)).isZero();
        TensorOutput output = part(random(4), layout, false);
        while (output.hasNext()) {
            assertThat(output.nextMessage())
                    .extracting(TensorChunk::getName)
                    .doesNotContain("statistics", "bias", "wide");
        }
    }

    /** Whatever bits flip on the way, values of the message are refused or whole, and nothing else is thrown. */
    @Test
    void flippedBitsAreRefusedOrHarmless() {
        Parameters values = random(5);
        TensorInput.Layout layout = new TensorInput.Layout(TENSORS, new ShardLayout(16), 15);
        TensorOutput output = part(values, layout, false);
        byte[] message = messages(output).get(0);
        Random random = new Random(6);
        Whole whole = new Whole();
        for (int flip = 0; flip < 2_000; flip++) {
            byte[] damaged = message.clone();
            // half of them near the start of a chunk: names, lengths, rows
            int at = random.nextBoolean() ? random.nextInt(64) : random.nextInt(damaged.length);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            TensorInput input = new TensorInput(layout, whole);
            try {
                PullChunk.parseFrom(damaged).getTensorList().forEach(input::accept);
                input.finish(output.chunkCount());
            } catch (InvalidProtocolBufferException e) {
                continue;
            } catch (StatusRuntimeException e) {
                assertThat(e.getStatus().getCode()).isIn(Status.Code.INVALID_ARGUMENT, Status.Code.DATA_LOSS);
            }
        }
    }

    @Test
    void checksumsAreOfTheValues() {
        TensorChunk chunk = TensorCodec.run("bias", 0, new float[] {1, -2.5f}, 0, 2);
        assertThat(chunk.getFloat32Le().toByteArray()).containsExactly(0, 0, -128, 63, 0, 0, 32, -64);
        // CRC-32C of these eight bytes by an independent program
        assertThat(chunk.getCrc32C()).isEqualTo(CRC);
        assertThatThrownBy(
                        () -> TensorCodec.values(chunk.toBuilder().setCrc32C(7).build()))
                .hasMessage("DATA_LOSS: tensor bias: the checksum of 8 bytes of values is %08x, expected 00000007: "
                                .formatted(CRC)
                        + "they were changed on the way");
    }

    @Test
    void longDescriptionsAreCut() {
        StatusRuntimeException e = Statuses.invalidArgument("x".repeat(10_000));
        assertThat(e.getStatus().getDescription()).hasSize(703).endsWith("x...");
    }
}
