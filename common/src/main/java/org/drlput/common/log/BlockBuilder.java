package org.drlput.common.log;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Missing;
import org.drlput.common.experiment.Experiment.Outcome;
import org.drlput.common.feature.CategoryTable;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.log.LogColumn.Role;
import org.jspecify.annotations.Nullable;

/**
 * Fills blocks: log readers append raw columns, the builder judges every row and turns what was logged into a {@link Block}.
 *
 * <p>Readers call {@link #open}, write rows {@code [at, at + count)} of the columns, then {@link #close}, which runs the row
 * checks. Reused from block to block, without allocation while rows are good. One thread.
 */
public final class BlockBuilder {
    /** A raw action, event time or delay that is null. */
    static final long NULL = Long.MIN_VALUE;

    private final LogSchema schema;
    private final Experiment experiment;
    private final FeatureSpace features;
    private final ActionGrid actions;
    private final String[] outcomeColumns;
    private final String[] delayColumns;
    final HoldoutSplit split;
    final CategoryTable[] categoryTables;
    final CategoryTable[] bagTables;

    /** Columns as they are read; a reader fills those that its schema has. */
    final long[] holdoutHash = new long[Block.MAX_ROWS];

    final boolean[] requestIdNull = new boolean[Block.MAX_ROWS];
    final long[] eventTimeMillis = new long[Block.MAX_ROWS];
    final long[] rawAction = new long[Block.MAX_ROWS];
    /** Per hyperparameter: NaN where null or not a column of the log. */
    final double[][] rawActionValues;

    final double[] propensity = new double[Block.MAX_ROWS];
    final boolean[] propensityNull = new boolean[Block.MAX_ROWS];
    final float[][] numeric;
    final int[][] categorical;
    final int[][] bagOffsets;
    final int[][] bags;
    final double[][] outcomes;
    final boolean[][] outcomeNull;
    final long[][] delayMillis;

    private final int[] actionId = new int[Block.MAX_ROWS];
    private final byte[] rowState = new byte[Block.MAX_ROWS];
    private final List<RejectedRow> rejected = new ArrayList<>();
    private int rowCount;
    private String file = "";
    private long firstRow;
    /** Where the open range's rows begin in {@link #rejected}. */
    private int rejectedBefore;

    public BlockBuilder(Experiment experiment, LogSchema schema) {
        this.schema = schema;
        this.experiment = experiment;
        features = FeatureSpace.of(experiment.features());
        actions = new ActionGrid(experiment);
        split = new HoldoutSplit(experiment.evaluation().holdout());
        categoryTables = features.categorical().stream().map(CategoryTable::of).toArray(CategoryTable[]::new);
        bagTables = features.multiCategorical().stream().map(CategoryTable::of).toArray(CategoryTable[]::new);
        rawActionValues = new double[experiment.actions().hyperparameters().size()][Block.MAX_ROWS];
        for (double[] values : rawActionValues) {
            Arrays.fill(values, Double.NaN);
        }
        numeric = new float[features.numeric().size()][Block.MAX_ROWS];
        categorical = new int[categoryTables.length][Block.MAX_ROWS];
        bagOffsets = new int[bagTables.length][Block.MAX_ROWS + 1];
        bags = new int[bagTables.length][Block.MAX_ROWS];
        List<Outcome> named = List.copyOf(experiment.reward().outcomes().values());
        outcomeColumns = named.stream().map(Outcome::column).toArray(String[]::new);
        delayColumns = named.stream()
                .map(outcome -> outcome.delayColumn() == null ? "" : outcome.delayColumn())
                .toArray(String[]::new);
        outcomes = new double[named.size()][Block.MAX_ROWS];
        outcomeNull = new boolean[named.size()][Block.MAX_ROWS];
        delayMillis = new long[named.size()][];
        for (int o = 0; o < delayMillis.length; o++) {
            delayMillis[o] = new long[delayColumns[o].isEmpty() ? 0 : Block.MAX_ROWS];
        }
    }

    public LogSchema schema() {
        return schema;
    }

    public int rowCount() {
        return rowCount;
    }

    int free() {
        return Block.MAX_ROWS - rowCount;
    }

    /** The rows of this block that were rejected, in order; valid until the next {@link #clear}. */
    public List<RejectedRow> rejected() {
        return rejected;
    }

    /** The hold-out hash of a row of the block being filled; rejected rows may have none. */
    public long holdoutHash(int row) {
        return holdoutHash[row];
    }

    /** The event time of a row that is not rejected. */
    public long eventTimeMillis(int row) {
        return eventTimeMillis[row];
    }

    /** Starts a new block. */
    public void clear() {
        rowCount = 0;
        rejected.clear();
    }

    /** Begins a range of rows of one file; {@code firstRow} is the number of its first row, from 1. Returns its place. */
    int open(String file, long firstRow) {
        this.file = file;
        this.firstRow = firstRow;
        rejectedBefore = rejected.size();
        Arrays.fill(rowState, rowCount, Block.MAX_ROWS, Block.TRAIN);
        return rowCount;
    }

    void ensureBag(int bag, int size) {
        if (bags[bag].length < size) {
            bags[bag] = Arrays.copyOf(bags[bag], Math.max(size, bags[bag].length * 2));
        }
    }

    /** Rejects a row of the open range, unless it is rejected already. */
    void reject(int row, RowRejection rejection, String column, String found) {
        if (rowState[row] != Block.REJECTED) {
            rowState[row] = Block.REJECTED;
            rejected.add(new RejectedRow(file, firstRow + row - rowCount, "", rejection, column, found));
        }
    }

    /** Rejects the row that was read last for a reason that makes any other one void. */
    void rejectInstead(int row, RowRejection rejection, String column, String found) {
        if (rowState[row] == Block.REJECTED) {
            rejected.remove(rejected.size() - 1);
            rowState[row] = Block.TRAIN;
        }
        reject(row, rejection, column, found);
    }

    /**
     * Ends the open range: judges its {@code count} rows.
     *
     * @param requestId the request id of a row of the range as text, by its place in the block; null where it has none
     */
    void close(int count, IntFunction<@Nullable String> requestId) {
        int from = rowCount;
        int to = from + count;
        if (schema.has(Role.REQUEST_ID)) {
            checkRequest(from, to);
            checkAction(from, to);
            checkPropensity(from, to);
        }
        checkNumeric(from, to);
        if (schema.has(Role.OUTCOME)) {
            checkOutcomes(from, to);
        }
        for (int i = rejectedBefore; i < rejected.size(); i++) {
            RejectedRow row = rejected.get(i);
            String id = requestId.apply((int) (from + row.row() - firstRow));
            rejected.set(
                    i,
                    new RejectedRow(
                            row.file(), row.row(), id == null ? "" : id, row.rejection(), row.column(), row.found()));
        }
        rejected.subList(rejectedBefore, rejected.size()).sort(java.util.Comparator.comparingLong(RejectedRow::row));
        settle(from, to);
        rowCount = to;
    }

    private void checkRequest(int from, int to) {
        Experiment.Log log = experiment.log();
        for (int i = from; i < to; i++) {
            if (requestIdNull[i]) {
                reject(i, RowRejection.REQUEST_ID_NULL, log.requestId(), "null or empty");
            } else if (eventTimeMillis[i] == NULL) {
                reject(i, RowRejection.EVENT_TIME_NULL, log.eventTime(), "null");
            }
        }
    }

    private void checkAction(int from, int to) {
        String column = experiment.log().actionId();
        if (column == null) {
            checkActionValues(from, to);
            return;
        }
        int size = actions.size();
        for (int i = from; i < to; i++) {
            long action = rawAction[i];
            if (action >= 0 && action < size) {
                actionId[i] = (int) action;
            } else if (action == NULL) {
                reject(i, RowRejection.ACTION_NULL, column, "null");
            } else {
                reject(i, RowRejection.ACTION_RANGE, column, action + ": expected 0 to " + (size - 1));
            }
        }
    }

    private void checkActionValues(int from, int to) {
        for (int i = from; i < to; i++) {
            int missing = actions.firstMissing(rawActionValues, i);
            if (missing >= 0) {
                reject(i, RowRejection.ACTION_NULL, actions.column(missing), "null");
                continue;
            }
            actionId[i] = actions.actionId(rawActionValues, i);
            if (actionId[i] < 0) {
                reject(i, RowRejection.ACTION_NOT_ON_GRID, actions.columns(), actions.text(rawActionValues, i));
            }
        }
    }

    private void checkPropensity(int from, int to) {
        String column = experiment.log().propensity();
        for (int i = from; i < to; i++) {
            double p = propensity[i];
            if (propensityNull[i]) {
                reject(i, RowRejection.PROPENSITY_NULL, column, "null");
            } else if (!(p > 0 && p <= 1)) {
                boolean nan = Double.isNaN(p);
                reject(
                        i,
                        nan ? RowRejection.PROPENSITY_NAN : RowRejection.PROPENSITY_RANGE,
                        column,
                        nan ? "NaN" : p + ": expected more than 0 and at most 1");
            }
        }
    }

    private void checkNumeric(int from, int to) {
        for (int f = 0; f < numeric.length; f++) {
            float[] column = numeric[f];
            boolean required = features.numeric().get(f).missing() == Missing.REJECT;
            for (int i = from; i < to; i++) {
                float x = column[i];
                if (!Float.isFinite(x)) {
                    judgeNumeric(i, features.numeric().get(f).name(), x, required);
                }
            }
        }
    }

    private void judgeNumeric(int row, String column, float x, boolean required) {
        if (Float.isInfinite(x)) {
            reject(row, RowRejection.FEATURE_INFINITE, column, x + " as float32");
        } else if (required) {
            reject(row, RowRejection.FEATURE_MISSING, column, "missing: declare 'missing' to allow that");
        }
    }

    private void checkOutcomes(int from, int to) {
        for (int o = 0; o < outcomes.length; o++) {
            double[] outcome = outcomes[o];
            for (int i = from; i < to; i++) {
                if (outcomeNull[o][i]) {
                    reject(i, RowRejection.OUTCOME_NULL, outcomeColumns[o], "null");
                } else if (!Double.isFinite(outcome[i])) {
                    reject(i, RowRejection.OUTCOME_NOT_FINITE, outcomeColumns[o], String.valueOf(outcome[i]));
                }
            }
            for (int i = from; i < to && delayMillis[o].length > 0; i++) {
                long delay = delayMillis[o][i];
                if (delay == NULL) {
                    delayMillis[o][i] = -1;
                } else if (delay < 0) {
                    reject(i, RowRejection.DELAY_NEGATIVE, delayColumns[o], delay + ": expected null where not seen");
                }
            }
        }
    }

    /** Gives each row its state, and rejected ones values that are the same whatever they were rejected for. */
    private void settle(int from, int to) {
        boolean logged = schema.has(Role.REQUEST_ID);
        for (int i = from; i < to; i++) {
            if (rowState[i] == Block.REJECTED) {
                erase(i);
            } else if (logged && split.holdsOut(holdoutHash[i], eventTimeMillis[i])) {
                rowState[i] = Block.HELD_OUT;
            }
        }
    }

    private void erase(int row) {
        actionId[row] = 0;
        propensity[row] = 1;
        for (float[] column : numeric) {
            column[row] = 0;
        }
        for (int[] column : categorical) {
            column[row] = 0;
        }
        for (int o = 0; o < outcomes.length; o++) {
            outcomes[o][row] = 0;
            if (delayMillis[o].length > 0) {
                delayMillis[o][row] = -1;
            }
        }
    }

    /** The rows so far, copied. */
    public Block block() {
        int n = rowCount;
        int[][] bagCopies = new int[bags.length][];
        for (int m = 0; m < bags.length; m++) {
            bagCopies[m] = Arrays.copyOf(bags[m], bagOffsets[m][n]);
        }
        return new Block(
                n,
                Arrays.copyOf(rowState, n),
                Arrays.stream(numeric).map(column -> Arrays.copyOf(column, n)).toArray(float[][]::new),
                Arrays.stream(categorical)
                        .map(column -> Arrays.copyOf(column, n))
                        .toArray(int[][]::new),
                Arrays.stream(bagOffsets)
                        .map(column -> Arrays.copyOf(column, n + 1))
                        .toArray(int[][]::new),
                bagCopies,
                Arrays.copyOf(actionId, n),
                Arrays.copyOf(propensity, n),
                Arrays.stream(outcomes).map(column -> Arrays.copyOf(column, n)).toArray(double[][]::new),
                Arrays.stream(delayMillis)
                        .map(column -> Arrays.copyOf(column, Math.min(n, column.length)))
                        .toArray(long[][]::new));
    }
}
