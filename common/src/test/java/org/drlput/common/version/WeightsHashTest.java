package org.drlput.common.version;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.FirstPassResult.NumericStatistics;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.tensor.TensorSpec.Role;
import org.junit.jupiter.api.Test;

class WeightsHashTest {
    private static final TensorSpec OUTPUT = new TensorSpec("output.bias", 2, 1, Role.DENSE_NO_DECAY);
    private static final TensorSpec TABLE = new TensorSpec("embedding.user", 2, 2, Role.EMBEDDING);

    private static Parameters weights(List<TensorSpec> tensors) {
        Parameters weights = new Parameters(tensors);
        System.arraycopy(new float[] {0.5f, -1}, 0, weights.values("output.bias"), 0, 2);
        System.arraycopy(new float[] {1, 2, 3, 4}, 0, weights.values("embedding.user"), 0, 4);
        return weights;
    }

    private static Map<String, NumericStatistics> statistics(double deviation) {
        Map<String, NumericStatistics> statistics = new LinkedHashMap<>();
        statistics.put("hour", new NumericStatistics(12, deviation, 0, 23, 0));
        statistics.put("ctr", new NumericStatistics(0.25, 0.125, 0, 1, 9));
        return statistics;
    }

    private static String hash(List<TensorSpec> tensors, Map<String, NumericStatistics> statistics) {
        return WeightsHash.sha256(tensors, weights(tensors), statistics);
    }

    @Test
    void theHashIsThatOfTheBytesThatTheContractNames() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write("embedding.user\nfloat32\n2,2\n".getBytes(StandardCharsets.UTF_8));
        bytes.write(floats(1, 2, 3, 4));
        bytes.write("encoder.ctr\nfloat64\n2\n".getBytes(StandardCharsets.UTF_8));
        bytes.write(doubles(0.25, 0.125));
        bytes.write("encoder.hour\nfloat64\n2\n".getBytes(StandardCharsets.UTF_8));
        bytes.write(doubles(12, 7));
        bytes.write("output.bias\nfloat32\n2,1\n".getBytes(StandardCharsets.UTF_8));
        bytes.write(floats(0.5f, -1));

        assertThat(hash(List.of(OUTPUT, TABLE), statistics(7)))
                .isEqualTo(ExperimentLoader.sha256(bytes.toByteArray()))
                // the same by Python's hashlib and struct, so that this text and that code do not err together
                .isEqualTo("388ee03c651ee222850c7aa952d02f21708b17e0de107982ee7f36cb7a7860bd");
    }

    private static byte[] floats(float... values) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return buffer.array();
    }

    private static byte[] doubles(double... values) {
        ByteBuffer buffer = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asDoubleBuffer().put(values);
        return buffer.array();
    }

    @Test
    void theOrderOfTheTensorsDoesNotMatter() {
        assertThat(hash(List.of(TABLE, OUTPUT), statistics(7))).isEqualTo(hash(List.of(OUTPUT, TABLE), statistics(7)));
    }

    @Test
    void whatThePolicyComputesWithMattersToTheLastBit() {
        List<TensorSpec> tensors = List.of(OUTPUT, TABLE);
        Parameters other = weights(tensors);
        other.values("embedding.user")[3] = Math.nextUp(4f);

        String hash = hash(tensors, statistics(7));

        assertThat(WeightsHash.sha256(tensors, other, statistics(7))).isNotEqualTo(hash);
        assertThat(hash(tensors, statistics(Math.nextUp(7)))).isNotEqualTo(hash);
    }

    @Test
    void tensorsLongerThanTheBufferAreHashedWhole() {
        TensorSpec large = new TensorSpec("large", 100_003, 1, Role.DENSE);
        Parameters weights = new Parameters(List.of(large));
        for (int i = 0; i < large.rows(); i++) {
            weights.values(0)[i] = i;
        }
        ByteBuffer bytes = ByteBuffer.allocate(25 + 4 * large.rows()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("large\nfloat32\n100003,1\n".getBytes(StandardCharsets.UTF_8));
        for (float value : weights.values(0)) {
            bytes.putFloat(value);
        }
        byte[] all = java.util.Arrays.copyOf(bytes.array(), bytes.position());

        assertThat(WeightsHash.sha256(List.of(large), weights, Map.of())).isEqualTo(ExperimentLoader.sha256(all));
    }
}
