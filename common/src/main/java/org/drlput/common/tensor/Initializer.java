package org.drlput.common.tensor;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.drlput.common.tensor.TensorSpec.Role;

/**
 * Initial weights: each a function of (seed, tensor name, position in the whole tensor) alone, so that any shard fills its own
 * part and the network's bits do not depend on how many shards there are.
 *
 * <p>Weight matrices: uniform in ±sqrt(6 / fan-in), which keeps the variance through ReLU; those of outputs a hundredth of it,
 * so that the first policy is nearly uniform. Embeddings: normal, deviation 0.05. Gamma and running variance 1; all else 0.
 *
 * <p>Source: He et al. 2015, arXiv 1502.01852, equation 14; the generator: Steele et al. 2014, SplitMix64.
 */
public final class Initializer {
    private static final double EMBEDDING_DEVIATION = 0.05;
    private static final double OUTPUT_SCALE = 0.01;
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private Initializer() {}

    /**
     * Fills a part of a tensor: rows from {@code firstRow} on, as many as {@code part} holds.
     *
     * @param full the whole tensor, not the part
     */
    public static void fill(TensorSpec full, int firstRow, float[] part, long seed) {
        long key = key(seed, full.name());
        long first = (long) firstRow * full.columns();
        if (full.role() == Role.STATISTIC) {
            for (int i = 0; i < part.length; i++) {
                part[i] = i % 2 == 0 ? 0f : 1f;
            }
        } else if (full.role() == Role.DENSE_NO_DECAY) {
            Arrays.fill(part, full.name().endsWith(".gamma") ? 1f : 0f);
        } else if (full.role() == Role.EMBEDDING) {
            for (int i = 0; i < part.length; i++) {
                part[i] = (float) (EMBEDDING_DEVIATION * normal(key, first + i));
            }
        } else {
            double scale = outputs(full.name()) ? OUTPUT_SCALE : 1;
            double bound = scale * Math.sqrt(6.0 / full.rows());
            for (int i = 0; i < part.length; i++) {
                part[i] = (float) (bound * (2 * uniform(key, first + i) - 1));
            }
        }
    }

    private static boolean outputs(String name) {
        return name.startsWith("output.") || name.contains(".output.");
    }

    private static long key(long seed, String name) {
        long key = mix(seed + GOLDEN_GAMMA);
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            key = mix(key + GOLDEN_GAMMA + b);
        }
        return key;
    }

    /** Uniform in (0, 1). */
    private static double uniform(long key, long counter) {
        return ((mix(key + GOLDEN_GAMMA * (counter + 1)) >>> 11) + 0.5) * 0x1p-53;
    }

    /** Box-Muller; StrictMath, so that every machine has the same bits. */
    private static double normal(long key, long counter) {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(uniform(key, 2 * counter)));
        return radius * StrictMath.cos(2 * StrictMath.PI * uniform(key, 2 * counter + 1));
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
