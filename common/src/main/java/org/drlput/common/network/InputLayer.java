package org.drlput.common.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.MultiCategorical;
import org.drlput.common.experiment.Experiment.Pooling;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.SparseRows;
import org.drlput.common.tensor.Parameters;

/**
 * The network's input {@code [rows, inputWidth]}: numbers, embeddings, pooled embeddings; and back, the input's gradient into the
 * touched rows of the tables. An empty bag is all zeros. The table of feature f is tensor f. One thread.
 */
final class InputLayer {
    private final int width;
    private final int numericWidth;
    private final int[] dimensions;
    private final int[] columns;
    private final int categorical;
    private final boolean[] mean;
    private final float[] scaled;

    InputLayer(FeatureSpace features) {
        List<Integer> sizes = new ArrayList<>();
        for (Categorical feature : features.categorical()) {
            sizes.add(feature.dimension());
        }
        for (MultiCategorical feature : features.multiCategorical()) {
            sizes.add(feature.dimension());
        }
        width = features.inputWidth();
        numericWidth = features.numericWidth();
        categorical = features.categorical().size();
        dimensions = sizes.stream().mapToInt(Integer::intValue).toArray();
        columns = new int[dimensions.length];
        int column = numericWidth;
        for (int f = 0; f < dimensions.length; f++) {
            columns[f] = column;
            column += dimensions[f];
        }
        mean = new boolean[features.multiCategorical().size()];
        for (int f = 0; f < mean.length; f++) {
            mean[f] = features.multiCategorical().get(f).pooling() == Pooling.MEAN;
        }
        scaled = new float[sizes.stream().mapToInt(Integer::intValue).max().orElse(0)];
    }

    int width() {
        return width;
    }

    int numericWidth() {
        return numericWidth;
    }

    int tables() {
        return dimensions.length;
    }

    /** Fills {@code input[rows, width]}. */
    void gather(Parameters weights, EncodedBatch batch, float[] input) {
        int rows = batch.rowCount;
        for (int r = 0; r < rows; r++) {
            System.arraycopy(batch.numeric, r * numericWidth, input, r * width, numericWidth);
        }
        for (int f = 0; f < categorical; f++) {
            gatherColumn(weights.values(f), batch.categorical[f], rows, dimensions[f], input, columns[f]);
        }
        for (int f = 0; f < mean.length; f++) {
            gatherBags(weights.values(categorical + f), batch, f, input);
        }
    }

    private void gatherColumn(float[] table, int[] tableRow, int rows, int dimension, float[] input, int column) {
        for (int r = 0; r < rows; r++) {
            System.arraycopy(table, tableRow[r] * dimension, input, r * width + column, dimension);
        }
    }

    private void gatherBags(float[] table, EncodedBatch batch, int bagFeature, float[] input) {
        int dimension = dimensions[categorical + bagFeature];
        int[] offsets = batch.bagOffsets[bagFeature];
        int[] bags = batch.bags[bagFeature];
        for (int r = 0; r < batch.rowCount; r++) {
            int at = r * width + columns[categorical + bagFeature];
            Arrays.fill(input, at, at + dimension, 0f);
            for (int i = offsets[r]; i < offsets[r + 1]; i++) {
                int from = bags[i] * dimension;
                for (int c = 0; c < dimension; c++) {
                    input[at + c] += table[from + c];
                }
            }
            int count = offsets[r + 1] - offsets[r];
            if (mean[bagFeature] && count > 1) {
                float share = 1f / count;
                for (int c = 0; c < dimension; c++) {
                    input[at + c] *= share;
                }
            }
        }
    }

    /** Adds {@code gradient[rows, width - numericWidth]}, of the embedding columns alone, to the tables' touched rows. */
    void scatter(float[] gradient, EncodedBatch batch, Contribution out) {
        int stride = width - numericWidth;
        for (int f = 0; f < categorical; f++) {
            SparseRows sums = out.sparse(f);
            int[] tableRow = batch.categorical[f];
            int column = columns[f] - numericWidth;
            for (int r = 0; r < batch.rowCount; r++) {
                sums.addRow(tableRow[r], gradient, r * stride + column);
            }
        }
        for (int f = 0; f < mean.length; f++) {
            scatterBags(gradient, stride, batch, f, out.sparse(categorical + f));
        }
    }

    private void scatterBags(float[] gradient, int stride, EncodedBatch batch, int bagFeature, SparseRows sums) {
        int dimension = dimensions[categorical + bagFeature];
        int[] offsets = batch.bagOffsets[bagFeature];
        for (int r = 0; r < batch.rowCount; r++) {
            int at = r * stride + columns[categorical + bagFeature] - numericWidth;
            int count = offsets[r + 1] - offsets[r];
            float share = mean[bagFeature] && count > 1 ? 1f / count : 1f;
            for (int c = 0; c < dimension; c++) {
                scaled[c] = gradient[at + c] * share;
            }
            for (int i = offsets[r]; i < offsets[r + 1]; i++) {
                sums.addRow(batch.bags[bagFeature][i], scaled, 0);
            }
        }
    }
}
