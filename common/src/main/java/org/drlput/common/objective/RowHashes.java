package org.drlput.common.objective;

import org.drlput.common.encode.EncodedBatch;

/**
 * A hash of each row's state: rows of the same state, however often they were logged, are of the same fold, in every epoch and on
 * every worker. One thread.
 */
public final class RowHashes {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    /** {@code [rows]}. */
    private final long[] hashes;

    public RowHashes(int maxRows) {
        hashes = new long[maxRows];
    }

    public void compute(EncodedBatch batch) {
        int width = batch.numeric.length / batch.capacity();
        for (int row = 0; row < batch.rowCount; row++) {
            long hash = GOLDEN_GAMMA;
            for (int i = row * width; i < (row + 1) * width; i++) {
                hash = mix(hash, Float.floatToIntBits(batch.numeric[i]));
            }
            for (int[] feature : batch.categorical) {
                hash = mix(hash, feature[row]);
            }
            for (int f = 0; f < batch.bags.length; f++) {
                for (int i = batch.bagOffsets[f][row]; i < batch.bagOffsets[f][row + 1]; i++) {
                    hash = mix(hash, batch.bags[f][i]);
                }
                hash = mix(hash, -1);
            }
            hashes[row] = hash;
        }
    }

    /** Source of the constants: Steele et al. 2014, SplitMix64. */
    private static long mix(long hash, int value) {
        long z = (hash ^ value) * 0xBF58476D1CE4E5B9L + GOLDEN_GAMMA;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** The member that a row does not train. */
    public int member(int row, int members) {
        return (int) ((hashes[row] >>> 33) % members);
    }

    /** The reward model that a row trains. */
    int model(int row, int models) {
        return (int) ((hashes[row] & 0xFFFF) % models);
    }
}
