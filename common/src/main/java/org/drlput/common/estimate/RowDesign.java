package org.drlput.common.estimate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.encode.FeatureEncoder;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Hyperparameter;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.log.FirstPassResult.NumericStatistics;

/**
 * The columns of the reward model's regression: what it knows of a row's state and of an action.
 *
 * <p>State: 1; the encoded numbers, cut at {@value #CUT} deviations; each category, and each bag's shares, folded to
 * a few buckets. Action: which group each axis of the grid is in (axes that are tied to another are left out), by itself and times each
 * of the numbers and the categories that have few values; and which two groups each pair of axes is in. A row's columns are few. At most
 * {@value #MAX_WIDTH}, or some more where the action grid alone has as many: where there would be more, the pairs are left out, and only
 * the first columns of the state are multiplied. Immutable.
 */
final class RowDesign {
    static final int MAX_WIDTH = 512;
    private static final float CUT = 4;
    private static final int MAX_BUCKETS = 32;
    /** Of all features together. */
    private static final int BUCKETS = 128;

    /** A category with at most so many values is multiplied. */
    private static final int SMALL = 16;

    private static final int CELLS = 256;

    private final FeatureSpace space;
    private final Map<String, NumericStatistics> statistics;
    private final int numericWidth;
    private final int numbers;
    private final int[] categoryBuckets;
    /** Where each categorical feature's buckets begin, each bag's behind them. */
    private final int[] bucketsFrom;

    private final int[] bagBuckets;
    /** Columns of the state that are multiplied with groups: 1 to this one. */
    private final int multiplied;
    /** {@code [axis][action]}: the cell of an axis that an action is in. */
    private final int[][] cells;

    private final int[] cellCounts;
    private final boolean pairs;
    private final int stateWidth;
    private final int width;

    RowDesign(Experiment experiment, Map<String, NumericStatistics> statistics) {
        space = FeatureSpace.of(experiment.features());
        this.statistics = statistics;
        numericWidth = space.numericWidth();
        numbers = Math.min(numericWidth, MAX_WIDTH / 4);
        int folded = space.categorical().size() + space.multiCategorical().size();
        int most = Math.max(1, Math.min(MAX_BUCKETS, BUCKETS / Math.max(1, folded)));
        categoryBuckets = space.categorical().stream()
                .mapToInt(feature -> Math.min(most, feature.tableRows()))
                .toArray();
        bagBuckets = space.multiCategorical().stream()
                .mapToInt(feature -> Math.min(most, feature.tableRows()))
                .toArray();
        bucketsFrom = new int[folded];
        int small = layOut();
        stateWidth = 1 + numbers + sum(categoryBuckets) + sum(bagBuckets);
        cells = cells(experiment);
        cellCounts = new int[cells.length];
        for (int a = 0; a < cells.length; a++) {
            for (int cell : cells[a]) {
                cellCounts[a] = Math.max(cellCounts[a], cell + 1);
            }
        }
        int allCells = sum(cellCounts);
        int room = Math.max(0, MAX_WIDTH - stateWidth - allCells);
        multiplied = Math.min(numbers + small, room / Math.max(1, allCells));
        pairs = pairCount() <= room - multiplied * allCells;
        width = stateWidth + allCells * (1 + multiplied) + (pairs ? pairCount() : 0);
    }

    /** Places buckets behind the numbers, small features first; returns how many columns those take. */
    private int layOut() {
        int at = 1 + numbers;
        for (int c = 0; c < categoryBuckets.length; c++) {
            if (space.categorical().get(c).tableRows() <= SMALL) {
                bucketsFrom[c] = at;
                at += categoryBuckets[c];
            }
        }
        int small = at - 1 - numbers;
        for (int c = 0; c < categoryBuckets.length; c++) {
            if (space.categorical().get(c).tableRows() > SMALL) {
                bucketsFrom[c] = at;
                at += categoryBuckets[c];
            }
        }
        for (int m = 0; m < bagBuckets.length; m++) {
            bucketsFrom[categoryBuckets.length + m] = at;
            at += bagBuckets[m];
        }
        return small;
    }

    private static int[][] cells(Experiment experiment) {
        ActionSpace actions = ActionSpace.of(experiment.actions());
        List<Hyperparameter> axes = experiment.actions().hyperparameters();
        List<int[]> cells = new ArrayList<>();
        int untied = (int) axes.stream().filter(axis -> axis.tiedTo() == null).count();
        for (int h = 0; h < axes.size(); h++) {
            if (axes.get(h).tiedTo() == null) {
                int groups = actions.axisValues(h).length;
                int count = Math.min(groups, Math.max(1, CELLS / untied));
                int[] of = new int[actions.size()];
                for (int action = 0; action < of.length; action++) {
                    of[action] = (int) ((long) actions.group(action, h) * count / groups);
                }
                cells.add(of);
            }
        }
        return cells.toArray(int[][]::new);
    }

    private static int sum(int[] numbers) {
        int sum = 0;
        for (int number : numbers) {
            sum = Math.addExact(sum, number);
        }
        return sum;
    }

    private int pairCount() {
        long count = 0;
        for (int a = 0; a < cellCounts.length; a++) {
            for (int b = 0; b < a; b++) {
                count += (long) cellCounts[a] * cellCounts[b];
            }
        }
        return (int) Math.min(Integer.MAX_VALUE, count);
    }

    /** P, the number of columns. */
    int width() {
        return width;
    }

    /** Sparse columns of one row: {@code index} and {@code value} of {@code [0, size)}. Reused; one thread. */
    static final class Columns {
        int size;
        int[] index = new int[64];
        double[] value = new double[64];

        void clear() {
            size = 0;
        }

        void add(int column, double x) {
            if (size == index.length) {
                index = Arrays.copyOf(index, 2 * size);
                value = Arrays.copyOf(value, 2 * size);
            }
            index[size] = column;
            value[size++] = x;
        }

        void addAll(Columns other) {
            for (int i = 0; i < other.size; i++) {
                add(other.index[i], other.value[i]);
            }
        }

        double dot(double[] coefficients) {
            double sum = 0;
            for (int i = 0; i < size; i++) {
                sum += value[i] * coefficients[index[i]];
            }
            return sum;
        }
    }

    /** Turns rows of a block into what {@link #state} and {@link #action} take. */
    FeatureEncoder encoder() {
        return new FeatureEncoder(space, statistics);
    }

    /** Writes the state's columns of an encoded row. */
    void state(EncodedBatch rows, int i, Columns out) {
        out.clear();
        out.add(0, 1);
        for (int j = 0; j < numbers; j++) {
            out.add(1 + j, number(rows, i, j));
        }
        for (int c = 0; c < categoryBuckets.length; c++) {
            out.add(bucketsFrom[c] + rows.categorical[c][i] % categoryBuckets[c], 1);
        }
        for (int m = 0; m < bagBuckets.length; m++) {
            int from = rows.bagOffsets[m][i];
            int to = rows.bagOffsets[m][i + 1];
            int at = bucketsFrom[categoryBuckets.length + m];
            for (int k = from; k < to; k++) {
                out.add(at + rows.bags[m][k] % bagBuckets[m], 1.0 / (to - from));
            }
        }
    }

    private double number(EncodedBatch rows, int i, int j) {
        return Math.max(-CUT, Math.min(CUT, rows.numeric[i * numericWidth + j]));
    }

    int axes() {
        return cells.length;
    }

    int cell(int axis, int actionId) {
        return cells[axis][actionId];
    }

    int cellCount(int axis) {
        return cellCounts[axis];
    }

    /** Where the columns of one cell of an axis begin. */
    private int from(int axis, int cell) {
        int at = stateWidth;
        for (int a = 0; a < axis; a++) {
            at += cellCounts[a] * (1 + multiplied);
        }
        return at + cell * (1 + multiplied);
    }

    /** The part of a prediction that {@link #cell(Columns, int, int, Columns)} would have. */
    double cell(Columns state, int axis, int cell, double[] coefficients) {
        int at = from(axis, cell);
        double sum = coefficients[at];
        for (int k = 1; k < state.size; k++) {
            if (state.index[k] <= multiplied) {
                sum += state.value[k] * coefficients[at + state.index[k]];
            }
        }
        return sum;
    }

    /** Appends the columns of one cell of an axis: it alone, and times the state's columns. */
    void cell(Columns state, int axis, int cell, Columns out) {
        int at = from(axis, cell);
        out.add(at, 1);
        for (int k = 1; k < state.size; k++) {
            if (state.index[k] <= multiplied) {
                out.add(at + state.index[k], state.value[k]);
            }
        }
    }

    /** Appends the columns of an action's pairs of cells: they do not depend on the row. */
    void pairs(int actionId, Columns out) {
        int at = stateWidth + sum(cellCounts) * (1 + multiplied);
        for (int a = 0; a < cells.length && pairs; a++) {
            for (int b = 0; b < a; b++) {
                out.add(at + cells[a][actionId] * cellCounts[b] + cells[b][actionId], 1);
                at += cellCounts[a] * cellCounts[b];
            }
        }
    }

    /** The part of a prediction that {@link #pairs(int, Columns)} would have. */
    double pairs(int actionId, double[] coefficients) {
        int at = stateWidth + sum(cellCounts) * (1 + multiplied);
        double sum = 0;
        for (int a = 0; a < cells.length && pairs; a++) {
            for (int b = 0; b < a; b++) {
                sum += coefficients[at + cells[a][actionId] * cellCounts[b] + cells[b][actionId]];
                at += cellCounts[a] * cellCounts[b];
            }
        }
        return sum;
    }
}
