package org.drlput.common.version;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.drlput.common.log.FirstPassResult.NumericStatistics;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;

/**
 * {@code weightsSha256}: names the function that a policy is, bit for bit, however many shards hold it.
 *
 * <p>SHA-256 over all tensors, sorted by name (by UTF-16 code unit): the lines {@code name}, {@code dtype} and {@code shape},
 * each ended by a line feed, then the values, row-major, little-endian. Tensors are those of the network with batch norm's
 * statistics ({@code float32}, shape {@code rows,columns}; a vector has one column) and, per numeric feature,
 * {@code encoder.<feature>} ({@code float64}, shape {@code 2}): its mean and deviation.
 */
public final class WeightsHash {
    private static final int BUFFER_BYTES = 1 << 16;

    private final MessageDigest digest;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private WeightsHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Lower-case hex. {@code whole} may hold its tensors in any order. */
    public static String sha256(List<TensorSpec> tensors, Parameters whole, Map<String, NumericStatistics> statistics) {
        WeightsHash hash = new WeightsHash();
        Map<String, Runnable> byName = new TreeMap<>();
        for (TensorSpec tensor : tensors) {
            byName.put(tensor.name(), () -> hash.add(tensor, whole.values(tensor.name())));
        }
        statistics.forEach((feature, s) -> {
            String name = "encoder." + feature;
            byName.put(name, () -> hash.add(name, s));
        });
        byName.values().forEach(Runnable::run);
        return HexFormat.of().formatHex(hash.digest.digest());
    }

    private void add(TensorSpec tensor, float[] values) {
        header(tensor.name(), "float32", tensor.rows() + "," + tensor.columns());
        int chunk = BUFFER_BYTES / Float.BYTES;
        for (int from = 0; from < values.length; from += chunk) {
            int count = Math.min(chunk, values.length - from);
            buffer.clear();
            buffer.asFloatBuffer().put(values, from, count);
            digest.update(buffer.array(), 0, count * Float.BYTES);
        }
    }

    private void add(String name, NumericStatistics s) {
        header(name, "float64", "2");
        buffer.clear();
        buffer.putDouble(s.mean()).putDouble(s.deviation());
        digest.update(buffer.array(), 0, buffer.position());
    }

    private void header(String name, String dtype, String shape) {
        digest.update((name + "\n" + dtype + "\n" + shape + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
