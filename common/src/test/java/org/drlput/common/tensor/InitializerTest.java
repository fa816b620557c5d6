package org.drlput.common.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.drlput.common.tensor.TensorSpec.Role;
import org.junit.jupiter.api.Test;

class InitializerTest {
    private static final TensorSpec WEIGHT = new TensorSpec("layer0.weight", 300, 200, Role.DENSE);
    private static final TensorSpec OUTPUT = new TensorSpec("output.weight", 300, 200, Role.DENSE);
    private static final TensorSpec EMBEDDING = new TensorSpec("embedding.user", 5000, 16, Role.EMBEDDING);
    private static final List<TensorSpec> TENSORS = List.of(
            WEIGHT,
            OUTPUT,
            EMBEDDING,
            new TensorSpec("layer0.gamma", 200, 1, Role.DENSE_NO_DECAY),
            new TensorSpec("layer0.beta", 200, 1, Role.DENSE_NO_DECAY),
            new TensorSpec("layer0.statistics", 200, 2, Role.STATISTIC),
            new TensorSpec("output.bias", 7, 1, Role.DENSE_NO_DECAY));

    private static float[] whole(TensorSpec tensor, long seed) {
        float[] values = new float[tensor.size()];
        Initializer.fill(tensor, 0, values, seed);
        return values;
    }

    @Test
    void anyNumberOfShardsFillsTheSameBits() {
        for (TensorSpec tensor : TENSORS) {
            float[] whole = whole(tensor, 7);
            for (int shards : new int[] {2, 3, 7, 64}) {
                ShardLayout layout = new ShardLayout(shards);
                float[] joined = new float[tensor.size()];
                for (int shard = 0; shard < shards; shard++) {
                    float[] part = new float[layout.rowCount(tensor, shard) * tensor.columns()];
                    Initializer.fill(tensor, layout.firstRow(tensor, shard), part, 7);
                    System.arraycopy(part, 0, joined, layout.firstRow(tensor, shard) * tensor.columns(), part.length);
                }
                assertThat(joined).as("%s, %d shards", tensor, shards).isEqualTo(whole);
            }
        }
    }

    @Test
    void seedAndNameChooseTheValues() {
        assertThat(whole(WEIGHT, 7)).isEqualTo(whole(WEIGHT, 7)).isNotEqualTo(whole(WEIGHT, 8));
        TensorSpec other = new TensorSpec("layer1.weight", 300, 200, Role.DENSE);
        assertThat(correlation(whole(WEIGHT, 7), whole(other, 7))).isCloseTo(0, within(4 / Math.sqrt(60_000)));
        assertThat(correlation(whole(WEIGHT, 7), whole(WEIGHT, 8))).isCloseTo(0, within(4 / Math.sqrt(60_000)));
    }

    private static double correlation(float[] x, float[] y) {
        double products = IntStream.range(0, x.length)
                .mapToDouble(i -> (double) x[i] * y[i])
                .sum();
        return products / x.length / Math.sqrt(moment(x, 2) * moment(y, 2));
    }

    private static double moment(float[] values, int power) {
        return IntStream.range(0, values.length)
                .mapToDouble(i -> Math.pow(values[i], power))
                .average()
                .orElseThrow();
    }

    /** Uniform in ±b: mean 0, second moment b²/3, fourth b⁴/5; each within four standard errors. */
    @Test
    void weightsAreUniformByFanIn() {
        double b = Math.sqrt(6.0 / 300);
        float[] values = whole(WEIGHT, 1);
        double n = values.length;

        assertThat(moment(values, 1)).isCloseTo(0, within(4 * b / Math.sqrt(3 * n)));
        assertThat(moment(values, 2)).isCloseTo(b * b / 3, within(4 * b * b * Math.sqrt((0.2 - 1.0 / 9) / n)));
        assertThat(moment(values, 4))
                .isCloseTo(Math.pow(b, 4) / 5, within(4 * Math.pow(b, 4) * Math.sqrt((1 / 9.0 - 0.04) / n)));
        for (float value : values) {
            assertThat(Math.abs(value)).isLessThanOrEqualTo((float) b);
        }
    }

    @Test
    void theFirstPolicyIsNearlyUniform() {
        double b = 0.01 * Math.sqrt(6.0 / 300);
        double n = OUTPUT.size();

        assertThat(moment(whole(OUTPUT, 1), 2))
                .isCloseTo(b * b / 3, within(4 * b * b * Math.sqrt((0.2 - 1.0 / 9) / n)));
    }

    /** Normal with deviation 0.05: second moment s², fourth 3 s⁴, whose variances are 2 s⁴ and 96 s⁸. */
    @Test
    void embeddingsAreNormal() {
        double s = 0.05;
        float[] values = whole(EMBEDDING, 1);
        double n = values.length;

        assertThat(moment(values, 1)).isCloseTo(0, within(4 * s / Math.sqrt(n)));
        assertThat(moment(values, 2)).isCloseTo(s * s, within(4 * s * s * Math.sqrt(2 / n)));
        assertThat(moment(values, 4)).isCloseTo(3 * Math.pow(s, 4), within(4 * Math.pow(s, 4) * Math.sqrt(96 / n)));
        // neighbours share no draw
        float[] shifted = Arrays.copyOfRange(values, 1, values.length);
        assertThat(correlation(shifted, Arrays.copyOf(values, shifted.length))).isCloseTo(0, within(4 / Math.sqrt(n)));
    }

    @Test
    void batchNormStartsAsTheIdentity() {
        assertThat(whole(TENSORS.get(3), 1)).containsOnly(1f);
        assertThat(whole(TENSORS.get(4), 1)).containsOnly(0f);
        float[] statistics = whole(TENSORS.get(5), 1);
        for (int i = 0; i < statistics.length; i++) {
            assertThat(statistics[i]).isEqualTo(i % 2);
        }
        assertThat(whole(TENSORS.get(6), 1)).containsOnly(0f);
    }

    /** Versions are reproduced by seed: these bits may change only with a reason, told in the changelog. */
    @Test
    void theBitsOfASeedAreKept() {
        assertThat(Arrays.copyOf(whole(WEIGHT, 7), 3)).containsExactly(-0.10912988f, 0.010734184f, -0.07835386f);
        assertThat(Arrays.copyOf(whole(EMBEDDING, 7), 3)).containsExactly(0.05094056f, -0.077914074f, 0.050479144f);
    }
}
