package org.drlput.common.simulate;

import java.util.Arrays;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.feature.CategoryTable;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.log.Block;

/** Turns requests into a block of features, as reading their log would. One thread. */
final class BlockFiller {
    private final FeatureSpace space;
    private final CategoryTable[] tables;
    private final CategoryTable[] bagTables;
    private final int capacity;
    private final float[][] numeric;
    private final int[][] categorical;
    private final int[][] offsets;
    private final int[][] bags;
    private int rows;

    BlockFiller(Experiment experiment, int capacity) {
        this.capacity = capacity;
        space = FeatureSpace.of(experiment.features());
        tables = space.categorical().stream().map(CategoryTable::of).toArray(CategoryTable[]::new);
        bagTables = space.multiCategorical().stream().map(CategoryTable::of).toArray(CategoryTable[]::new);
        numeric = new float[space.numeric().size()][capacity];
        categorical = new int[tables.length][capacity];
        offsets = new int[bagTables.length][capacity + 1];
        bags = new int[bagTables.length][capacity * Market.TOPICS.size()];
    }

    void add(Request request) {
        for (int f = 0; f < numeric.length; f++) {
            numeric[f][rows] =
                    LoggedFeatures.number(request, space.numeric().get(f).name());
        }
        for (int f = 0; f < categorical.length; f++) {
            categorical[f][rows] = tables[f].row(
                    LoggedFeatures.category(request, space.categorical().get(f).name()));
        }
        for (int f = 0; f < bags.length; f++) {
            int end = offsets[f][rows];
            for (String topic : LoggedFeatures.interests(request)) {
                bags[f][end++] = bagTables[f].row(topic);
            }
            offsets[f][rows + 1] = end;
        }
        rows++;
    }

    Block block() {
        for (int f = 0; f < bags.length; f++) {
            bags[f] = Arrays.copyOf(bags[f], offsets[f][rows]);
        }
        return new Block(
                rows,
                new byte[capacity],
                numeric,
                categorical,
                offsets,
                bags,
                new int[capacity],
                new double[capacity],
                new double[0][],
                new long[0][]);
    }
}
