package org.drlput.common.bias;

import java.util.Arrays;
import java.util.List;
import org.drlput.common.estimate.Segmentation;
import org.drlput.common.log.Block;

/**
 * The bins of training rows, a byte a feature: all rows up to {@value #CAPACITY}, then every 2nd, every 4th and so on. Mutable; one
 * thread.
 */
final class RowSample {
    static final int CAPACITY = 1 << 18;
    static final int MAX_BINS = 128;

    private final List<Segmentation> cuts;
    /** {@code [cut][row]} */
    private byte[][] bins;

    private int size;
    private long seen;
    private long stride = 1;

    RowSample(List<Segmentation> cuts) {
        this.cuts = cuts;
        bins = new byte[cuts.size()][1024];
    }

    void add(Block block) {
        for (int row = 0; row < block.rowCount(); row++) {
            if (block.rowState()[row] == Block.TRAIN && seen++ % stride == 0) {
                if (size == CAPACITY) {
                    thin();
                }
                if (size == (bins.length == 0 ? 0 : bins[0].length)) {
                    grow();
                }
                for (int c = 0; c < bins.length; c++) {
                    bins[c][size] = (byte) cuts.get(c).segment(block, row);
                }
                size++;
            }
        }
    }

    private void thin() {
        size /= 2;
        for (byte[] column : bins) {
            for (int i = 0; i < size; i++) {
                column[i] = column[2 * i];
            }
        }
        stride *= 2;
    }

    private void grow() {
        for (int c = 0; c < bins.length; c++) {
            bins[c] = Arrays.copyOf(bins[c], 2 * bins[c].length);
        }
    }

    int size() {
        return size;
    }

    /** Rows in each bin of a cut. */
    long[] counts(int cut) {
        long[] counts = new long[cuts.get(cut).count()];
        for (int i = 0; i < size; i++) {
            counts[bins[cut][i]]++;
        }
        return counts;
    }

    /** Weighted share of the rows in each bin of a cut. */
    double[] shares(int cut, double[] weights) {
        double[] shares = new double[cuts.get(cut).count()];
        double sum = 0;
        for (int i = 0; i < size; i++) {
            shares[bins[cut][i]] += weights[i];
            sum += weights[i];
        }
        for (int bin = 0; bin < shares.length; bin++) {
            shares[bin] = sum > 0 ? shares[bin] / sum : 0;
        }
        return shares;
    }

    /** Multiplies the weight of each row by the factor of its bin. */
    void multiply(int cut, double[] factors, double[] weights) {
        for (int i = 0; i < size; i++) {
            weights[i] *= factors[bins[cut][i]];
        }
    }
}
