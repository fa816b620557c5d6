package org.drlput.server.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.drlput.common.gradient.Metrics;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.server.TestRun;
import org.drlput.server.capture.CaptureLoader.Restored;
import org.drlput.server.optimizer.Optimizer;
import org.drlput.server.optimizer.OptimizerState;
import org.drlput.server.shard.CaptureCopy;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.Opening;
import org.drlput.server.shard.RefusedMicroBatch;
import org.drlput.server.shard.StagedPart;
import org.jspecify.annotations.Nullable;

/** A model with its optimizer's moments, of any bits, that is cut into captures and put together from them again. */
final class WholeState {
    static final TestRun RUN = TestRun.of("run", 100, "{type: adamW}", 10);
    private static final List<TensorSpec> TENSORS = RUN.tensors();

    private final Parameters weights = new Parameters(TENSORS);
    private final Optimizer optimizer = optimizer(TENSORS);

    private static Optimizer optimizer(List<TensorSpec> tensors) {
        return Optimizer.of(RUN.experiment().optimizer(), 0.1, 100, tensors);
    }

    /** Zeros. */
    WholeState() {}

    /** Bits of all kinds, also those of NaN and of numbers below the normal ones. */
    WholeState(long seed) {
        Random random = new Random(seed);
        for (float[] values : arrays()) {
            for (int i = 0; i < values.length; i++) {
                values[i] = Float.intBitsToFloat(random.nextInt());
            }
        }
    }

    private List<float[]> arrays() {
        List<float[]> all = new ArrayList<>();
        for (int t = 0; t < TENSORS.size(); t++) {
            all.add(weights.values(t));
        }
        optimizer.state().forEach(state -> all.add(state.values()));
        return all;
    }

    static Opening opening(long generation, int shards, @Nullable CaptureKey restored) {
        return new Opening(RUN.name(), generation, 7, shards, "e".repeat(64), "f".repeat(64), "plain", restored, 0);
    }

    static Metrics totals() {
        Metrics totals = new Metrics();
        totals.rows = 1_234;
        totals.rewardSum = 0.1 + 0.2;
        totals.entropySum = Double.MIN_VALUE;
        totals.greedyWeightedRewardSum = Double.NaN;
        return totals;
    }

    static StagedPart staged(CaptureKey key, int shard, int shards) {
        return new StagedPart(key.generation(), shard, shards, 10, 110, 99, "weights-" + shard + ".arrow", 5, "ab");
    }

    /** A shard's part of a capture. */
    CaptureCopy copy(CaptureKey key, int shard, int shards) {
        ShardLayout layout = new ShardLayout(shards);
        List<TensorSpec> parts = parts(layout, shard);
        Parameters part = new Parameters(parts);
        for (int t = 0; t < TENSORS.size(); t++) {
            int from = from(TENSORS.get(t), layout, shard);
            System.arraycopy(weights.values(t), from, part.values(t), 0, part.values(t).length);
        }
        List<Optimizer.State> arrays = new ArrayList<>();
        for (Optimizer.State state : optimizer.state()) {
            TensorSpec tensor = TENSORS.get(weights.index(state.tensor()));
            int from = from(tensor, layout, shard);
            int size = layout.rowCount(tensor, shard) * tensor.columns();
            arrays.add(new Optimizer.State(state.name(), Arrays.copyOfRange(state.values(), from, from + size)));
        }
        return new CaptureCopy(
                key,
                opening(key.generation(), shards, null),
                100,
                key.boundary(),
                part,
                new OptimizerState(arrays),
                totals(),
                List.of(new RefusedMicroBatch(3, 1, "rows 5 to 7 of 'a.csv': NaN")),
                List.of(staged(key, shard, shards)));
    }

    private static List<TensorSpec> parts(ShardLayout layout, int shard) {
        return TENSORS.stream().map(t -> t.withRows(layout.rowCount(t, shard))).toList();
    }

    private static int from(TensorSpec tensor, ShardLayout layout, int shard) {
        return layout.firstRow(tensor, shard) * tensor.columns();
    }

    void write(CaptureStore store, CaptureKey key, int shards) throws IOException {
        for (int shard = 0; shard < shards; shard++) {
            store.write(copy(key, shard, shards), shard, TENSORS);
        }
    }

    /** Loads as so many shards and puts their parts together. */
    static WholeState read(CaptureStore store, Opening opening) throws CaptureException, IOException {
        WholeState whole = new WholeState();
        ShardLayout layout = new ShardLayout(opening.shardCount());
        for (int shard = 0; shard < layout.shardCount(); shard++) {
            Parameters part = new Parameters(parts(layout, shard));
            Optimizer optimizer = optimizer(part.tensors());
            Restored restored = load(store, opening, shard, part, optimizer);
            assertSame(restored.totals(), totals());
            for (int t = 0; t < TENSORS.size(); t++) {
                int from = from(TENSORS.get(t), layout, shard);
                System.arraycopy(part.values(t), 0, whole.weights.values(t), from, part.values(t).length);
            }
            for (int s = 0; s < optimizer.state().size(); s++) {
                Optimizer.State state = optimizer.state().get(s);
                int from = from(TENSORS.get(part.index(state.tensor())), layout, shard);
                float[] into = whole.optimizer.state().get(s).values();
                System.arraycopy(state.values(), 0, into, from, state.values().length);
            }
        }
        return whole;
    }

    static void assertSame(Metrics found, Metrics expected) {
        assertThat(found)
                .usingRecursiveComparison()
                .withEqualsForType(Double::equals, Double.class)
                .isEqualTo(expected);
    }

    static Restored load(CaptureStore store, Opening opening, int shard) throws CaptureException, IOException {
        Parameters part = new Parameters(parts(new ShardLayout(opening.shardCount()), shard));
        return load(store, opening, shard, part, optimizer(part.tensors()));
    }

    private static Restored load(CaptureStore store, Opening opening, int shard, Parameters part, Optimizer optimizer)
            throws CaptureException, IOException {
        CaptureLoader loader = new CaptureLoader(store, new ShardLayout(opening.shardCount()), shard);
        return loader.load(opening, Objects.requireNonNull(opening.restored()), TENSORS, part, optimizer.state());
    }

    void assertSameBits(WholeState other) {
        for (int i = 0; i < arrays().size(); i++) {
            assertThat(bits(other.arrays().get(i))).as("array %d", i).isEqualTo(bits(arrays().get(i)));
        }
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
