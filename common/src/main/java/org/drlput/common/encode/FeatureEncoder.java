package org.drlput.common.encode;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.Experiment.Missing;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.log.Block;
import org.drlput.common.log.FirstPassResult.NumericStatistics;

/**
 * Turns rows of blocks, or one request, into the network's input: {@code (x - mean) / deviation} for a number, sine and cosine of
 * {@code 2 pi x / period} for a periodic one, then 1 or 0 for missing or not where missing values are declared.
 *
 * <p>Columns are laid out as {@link FeatureSpace} says. A missing number becomes the mean (0 after standardization), or zero
 * before standardization, as declared; a missing periodic one becomes 0 and 0. No allocation once its scratch has the size of the
 * largest batch. One thread; make one per thread.
 */
public final class FeatureEncoder {
    private final FeatureSpace space;
    private final int numericWidth;
    private final double[] mean;
    private final double[] inverseDeviation;
    private final RequestEncoder requests;
    private int[] selected = new int[1024];
    private double[] noRewards = new double[1];

    /** @param statistics of every numeric feature, from the first pass or the version */
    public FeatureEncoder(FeatureSpace space, Map<String, NumericStatistics> statistics) {
        this.space = space;
        numericWidth = space.numericWidth();
        mean = new double[space.numeric().size()];
        inverseDeviation = new double[mean.length];
        for (int f = 0; f < mean.length; f++) {
            String name = space.numeric().get(f).name();
            NumericStatistics s = statistics.get(name);
            if (s == null || !(s.deviation() > 0) || !Double.isFinite(s.mean())) {
                throw new IllegalArgumentException(
                        "statistics of feature '%s': found %s, expected mean and deviation > 0".formatted(name, s));
            }
            mean[f] = s.mean();
            inverseDeviation[f] = 1 / s.deviation();
        }
        requests = new RequestEncoder(space);
    }

    /** An empty batch of this encoder's shape. */
    public EncodedBatch newBatch(int capacity) {
        return new EncodedBatch(
                capacity,
                numericWidth,
                space.categorical().size(),
                space.multiCategorical().size());
    }

    /**
     * Appends those of the block's rows {@code rows[from, from + count)} that train.
     *
     * @param rewards of the block, by row
     * @return how many rows were appended
     */
    public int encode(Block block, int[] rows, int from, int count, double[] rewards, EncodedBatch out) {
        return encode(block, Block.TRAIN, rows, from, count, rewards, out);
    }

    /** As {@link #encode(Block, int[], int, int, double[], EncodedBatch)}, of the rows of one state. */
    public int encode(Block block, byte state, int[] rows, int from, int count, double[] rewards, EncodedBatch out) {
        reserve(count);
        int n = 0;
        for (int i = from; i < from + count; i++) {
            selected[n] = rows[i];
            n += block.rowState()[rows[i]] == state ? 1 : 0;
        }
        append(block, n, rewards, out);
        return n;
    }

    /** Appends all of the block's rows of one state, in order. */
    public int encodeAll(Block block, byte state, double[] rewards, EncodedBatch out) {
        reserve(block.rowCount());
        int n = 0;
        for (int i = 0; i < block.rowCount(); i++) {
            selected[n] = i;
            n += block.rowState()[i] == state ? 1 : 0;
        }
        append(block, n, rewards, out);
        return n;
    }

    /** Appends the given rows, whatever their state: to be scored, not trained on. Their rewards are left 0. */
    public void encodeRows(Block block, int[] rows, int from, int count, EncodedBatch out) {
        reserve(count);
        System.arraycopy(rows, from, selected, 0, count);
        if (noRewards.length < block.rowCount()) {
            noRewards = new double[block.rowCount()];
        }
        append(block, count, noRewards, out);
    }

    /**
     * Appends one request; its action, propensity and reward are left 0.
     *
     * @param features by name: a {@link Number} (or Boolean) for a numeric one, text or a whole number for a categorical one, a
     *     collection of these for a multi-categorical one; null or absent means missing
     * @return the names of the features that were missing, until the next call
     * @throws InvalidRequestException with every problem; nothing is appended
     */
    public List<String> encodeRequest(Map<String, ?> features, EncodedBatch out) {
        return encodeRequest(features, RequestEncoder.Unknown.REFUSED, out);
    }

    /** As {@link #encodeRequest}; features that are none of this encoder's are ignored. */
    public List<String> encodeKnown(Map<String, ?> features, EncodedBatch out) {
        return encodeRequest(features, RequestEncoder.Unknown.IGNORED, out);
    }

    private List<String> encodeRequest(Map<String, ?> features, RequestEncoder.Unknown unknown, EncodedBatch out) {
        Block block = requests.block(features, unknown);
        selected[0] = 0;
        append(block, 1, noRewards, out);
        return requests.missing();
    }

    private void reserve(int count) {
        // one more than is kept: the selection writes before it counts
        if (selected.length <= count) {
            selected = new int[count + 1];
        }
    }

    private void append(Block block, int n, double[] rewards, EncodedBatch out) {
        int base = out.rowCount;
        if (base + n > out.capacity()) {
            throw new IllegalArgumentException(
                    "%d rows behind %d: the batch has room for %d".formatted(n, base, out.capacity()));
        }
        numbers(block, n, out);
        for (int c = 0; c < out.categorical.length; c++) {
            int[] from = block.categorical()[c];
            int[] to = out.categorical[c];
            for (int i = 0; i < n; i++) {
                to[base + i] = from[selected[i]];
            }
        }
        for (int m = 0; m < out.bags.length; m++) {
            bag(block.bagOffsets()[m], block.bags()[m], n, out, m);
        }
        for (int i = 0; i < n; i++) {
            int row = selected[i];
            out.actionId[base + i] = block.actionId()[row];
            // every objective divides by the propensity once: so the row counts by its weight in all of them
            out.propensity[base + i] = (float) (block.propensity()[row] / block.rowWeight(row));
            out.reward[base + i] = (float) rewards[row];
        }
        out.rowCount = base + n;
    }

    private void numbers(Block block, int n, EncodedBatch out) {
        int width = numericWidth;
        int column = out.rowCount * width;
        for (int f = 0; f < mean.length; f++) {
            Numeric feature = space.numeric().get(f);
            float[] values = block.numeric()[f];
            if (feature.period() > 0) {
                periodic(values, n, 2 * Math.PI / feature.period(), out.numeric, column, width);
            } else {
                standardized(values, n, f, feature.missing() == Missing.ZERO, out.numeric, column, width);
            }
            column += FeatureSpace.columns(feature);
            if (feature.missing() != Missing.REJECT) {
                for (int i = 0, at = column - 1; i < n; i++, at += width) {
                    out.numeric[at] = Float.isNaN(values[selected[i]]) ? 1 : 0;
                }
            }
        }
    }

    private void standardized(float[] values, int n, int f, boolean zero, float[] out, int column, int width) {
        double m = mean[f];
        double scale = inverseDeviation[f];
        float missing = zero ? (float) (-m * scale) : 0;
        for (int i = 0, at = column; i < n; i++, at += width) {
            float x = values[selected[i]];
            out[at] = Float.isNaN(x) ? missing : (float) ((x - m) * scale);
        }
    }

    private void periodic(float[] values, int n, double frequency, float[] out, int column, int width) {
        for (int i = 0, at = column; i < n; i++, at += width) {
            float x = values[selected[i]];
            double angle = x * frequency;
            // StrictMath: the same bits on every machine
            out[at] = Float.isNaN(x) ? 0 : (float) StrictMath.sin(angle);
            out[at + 1] = Float.isNaN(x) ? 0 : (float) StrictMath.cos(angle);
        }
    }

    private void bag(int[] offsets, int[] items, int n, EncodedBatch out, int m) {
        int[] outOffsets = out.bagOffsets[m];
        int base = out.rowCount;
        int size = base == 0 ? 0 : outOffsets[base];
        outOffsets[0] = 0;
        int needed = size;
        for (int i = 0; i < n; i++) {
            needed += offsets[selected[i] + 1] - offsets[selected[i]];
        }
        if (out.bags[m].length < needed) {
            out.bags[m] = Arrays.copyOf(out.bags[m], Math.max(needed, out.bags[m].length * 2));
        }
        for (int i = 0; i < n; i++) {
            int start = offsets[selected[i]];
            int length = offsets[selected[i] + 1] - start;
            System.arraycopy(items, start, out.bags[m], size, length);
            size += length;
            outOffsets[base + i + 1] = size;
        }
    }
}
