package org.drlput.common.estimate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.drlput.common.log.Block;

/**
 * Values of a numeric feature, for their quantiles, in bounded memory: all of them up to {@value #CAPACITY}, then every 2nd, every
 * 4th and so on. The same for the same values in the same order. Mutable; one thread.
 */
public final class ValueSample {
    static final int CAPACITY = 1 << 20;

    private float[] values = new float[1024];
    private int size;
    private long seen;
    private long stride = 1;

    /** Adds the values of one numeric column. */
    void add(Block block, EvaluationScope.Rows rows, int column) {
        for (int i = 0; i < block.rowCount(); i++) {
            if (rows.include(block.rowState()[i])) {
                add(block.numeric()[column][i]);
            }
        }
    }

    /** NaN is left out. */
    public void add(float value) {
        if (Float.isNaN(value)) {
            return;
        }
        if (seen % stride == 0) {
            if (size == CAPACITY) {
                size /= 2;
                for (int i = 0; i < size; i++) {
                    values[i] = values[2 * i];
                }
                stride *= 2;
            }
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            // the first value after a thinning stands on the new stride too: 2^20 is a multiple of it
            values[size++] = value;
        }
        seen++;
    }

    /** How many values are kept. */
    int size() {
        return size;
    }

    /** Where one of {@code quantiles} parts ends and the next begins, ascending, each but once, none at the least value. */
    public List<Float> bounds(int quantiles) {
        float[] sorted = Arrays.copyOf(values, size);
        Arrays.sort(sorted);
        List<Float> bounds = new ArrayList<>();
        for (int j = 1; j < quantiles && size > 0; j++) {
            float bound = sorted[(int) ((long) j * size / quantiles)];
            float before = bounds.isEmpty() ? sorted[0] : bounds.get(bounds.size() - 1);
            if (bound > before) {
                bounds.add(bound);
            }
        }
        return bounds;
    }
}
