package org.drlput.common.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.Feature;
import org.drlput.common.experiment.Experiment.Missing;
import org.drlput.common.experiment.Experiment.MultiCategorical;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.experiment.Experiment.Pooling;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.tensor.TensorSpec.Role;

/** Small networks of many shapes, random weights and random batches of them, for tests. */
public final class RandomModel {
    private static final int TABLE_ROWS = 5;

    private RandomModel() {}

    /** A shape with a name that says what is special about it. */
    public record Shape(String name, ModelSpec spec) {
        @Override
        public String toString() {
            return name;
        }
    }

    public static List<Shape> shapes() {
        List<Shape> shapes = new ArrayList<>();
        for (boolean batchNorm : new boolean[] {true, false}) {
            String suffix = batchNorm ? ", batch norm" : "";
            shapes.add(shape("all kinds of features" + suffix, 3, 2, 2, List.of(7, 6), batchNorm, 5));
            shapes.add(shape("three layers" + suffix, 2, 1, 1, List.of(9, 8, 4), batchNorm, 3));
            shapes.add(shape("numbers alone" + suffix, 4, 0, 0, List.of(6), batchNorm, 4));
            shapes.add(shape("categories alone" + suffix, 0, 2, 0, List.of(6), batchNorm, 4));
            shapes.add(shape("bags alone" + suffix, 0, 0, 2, List.of(5), batchNorm, 3));
            shapes.add(shape("one unit" + suffix, 1, 1, 0, List.of(1), batchNorm, 2));
            shapes.add(shape("one action" + suffix, 2, 1, 0, List.of(3), batchNorm, 1));
        }
        shapes.add(shape("no hidden layer", 3, 2, 2, List.of(), true, 5));
        shapes.add(shape("no hidden layer, numbers alone", 3, 0, 0, List.of(), true, 5));
        shapes.add(shape("no hidden layer, bags alone", 0, 0, 2, List.of(), false, 5));
        return shapes;
    }

    public static Shape shape(
            String name, int numbers, int categories, int bags, List<Integer> hidden, boolean batchNorm, int actions) {
        List<Feature> features = new ArrayList<>();
        for (int i = 0; i < numbers; i++) {
            features.add(new Numeric("number" + i, Missing.REJECT, 0));
        }
        for (int i = 0; i < categories; i++) {
            features.add(new Categorical("category" + i, List.of(), TABLE_ROWS + i, 2 + i));
        }
        for (int i = 0; i < bags; i++) {
            Pooling pooling = i % 2 == 0 ? Pooling.MEAN : Pooling.SUM;
            features.add(new MultiCategorical("bag" + i, List.of(), TABLE_ROWS + i, 3 + i, pooling));
        }
        return new Shape(name, new ModelSpec(FeatureSpace.of(features), hidden, batchNorm, 0.1, actions));
    }

    /** Every tensor far from its initial values, so that no gradient vanishes for want of a weight. */
    public static Parameters weights(ModelSpec spec, long seed) {
        Random random = new Random(seed);
        Parameters weights = new Parameters(spec.tensors());
        for (TensorSpec tensor : spec.tensors()) {
            float[] values = weights.values(tensor.name());
            double scale = tensor.columns() > 1 && !tensor.sparse() ? 1.5 / Math.sqrt(tensor.rows()) : 1;
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (scale * random.nextGaussian());
                if (tensor.role() == Role.STATISTIC && i % 2 == 1) {
                    values[i] = (float) (0.1 + random.nextDouble());
                }
                if (tensor.name().endsWith(".gamma")) {
                    values[i] = (float) (0.5 + random.nextDouble());
                }
            }
        }
        return weights;
    }

    /** Rows that share categories, and bags that are empty, hold a value twice, or many. */
    public static EncodedBatch batch(ModelSpec spec, int rows, long seed) {
        Random random = new Random(seed);
        FeatureSpace features = spec.features();
        EncodedBatch batch = new EncodedBatch(
                rows,
                features.numericWidth(),
                features.categorical().size(),
                features.multiCategorical().size());
        batch.rowCount = rows;
        for (int i = 0; i < batch.numeric.length; i++) {
            batch.numeric[i] = (float) random.nextGaussian();
        }
        for (int f = 0; f < batch.categorical.length; f++) {
            int tableRows = features.categorical().get(f).tableRows();
            for (int r = 0; r < rows; r++) {
                // the last row of a table is never touched
                batch.categorical[f][r] = random.nextInt(tableRows - 1);
            }
        }
        for (int f = 0; f < batch.bags.length; f++) {
            fillBags(batch, f, features.multiCategorical().get(f).tableRows(), random);
        }
        for (int r = 0; r < rows; r++) {
            batch.actionId[r] = random.nextInt(spec.actions());
            batch.propensity[r] = (float) (0.05 + 0.95 * random.nextDouble());
            batch.reward[r] = (float) random.nextGaussian();
        }
        return batch;
    }

    private static void fillBags(EncodedBatch batch, int f, int tableRows, Random random) {
        int size = 0;
        for (int r = 0; r < batch.rowCount; r++) {
            int count = random.nextInt(5);
            batch.bags[f] = Arrays.copyOf(batch.bags[f], Math.max(batch.bags[f].length, size + count));
            for (int i = 0; i < count; i++) {
                boolean again = i > 0 && random.nextInt(3) == 0;
                batch.bags[f][size] = again ? batch.bags[f][size - 1] : random.nextInt(tableRows - 1);
                size++;
            }
            batch.bagOffsets[f][r + 1] = size;
        }
    }
}
