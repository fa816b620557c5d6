package org.drlput.common.simulate;

import java.util.Arrays;
import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Outcome;
import org.drlput.common.feature.CategoryTable;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.log.Block;
import org.drlput.common.log.HoldoutSplit;

/** Turns rows of a market's log into the block that reading them from a file would give. One thread. */
final class BlockFiller {
    private final FeatureSpace space;
    private final List<Outcome> outcomes;
    private final HoldoutSplit split;
    /** Per categorical feature: word to row of the embedding table. */
    private final int[][] tableRows;

    private final int[][] bagRows;

    BlockFiller(Market market) {
        Experiment experiment = market.experiment();
        space = FeatureSpace.of(experiment.features());
        outcomes = List.copyOf(experiment.reward().outcomes().values());
        split = new HoldoutSplit(experiment.evaluation().holdout());
        tableRows = space.categorical().stream()
                .map(feature -> rows(CategoryTable.of(feature), LogRows.words(feature.name())))
                .toArray(int[][]::new);
        bagRows = space.multiCategorical().stream()
                .map(feature -> rows(CategoryTable.of(feature), LogRows.TOPICS))
                .toArray(int[][]::new);
    }

    private static int[] rows(CategoryTable table, byte[][] words) {
        return Arrays.stream(words)
                .mapToInt(word -> table.row(word, 0, word.length))
                .toArray();
    }

    /** The rows, held out as the experiment says. */
    Block block(LogRows rows) {
        byte[] state = new byte[rows.rowCount];
        byte[] id = new byte[LogRows.REQUEST_ID_BYTES];
        for (int row = 0; row < state.length; row++) {
            rows.requestId(row, id, 0);
            boolean holdsOut = split.holdsOut(split.hash(id, 0, id.length), rows.eventTimeMicros[row] / 1000);
            state[row] = holdsOut ? Block.HELD_OUT : Block.TRAIN;
        }
        return block(rows, state);
    }

    /** The rows, all in one state. */
    Block block(LogRows rows, byte state) {
        byte[] states = new byte[rows.rowCount];
        Arrays.fill(states, state);
        return block(rows, states);
    }

    private Block block(LogRows rows, byte[] state) {
        int n = rows.rowCount;
        int[][] offsets = new int[bagRows.length][n + 1];
        int[][] bags = new int[bagRows.length][];
        for (int f = 0; f < bags.length; f++) {
            bags[f] = bag(rows, bagRows[f], offsets[f]);
        }
        double[][] outcome = new double[outcomes.size()][n];
        long[][] delays = new long[outcome.length][];
        for (int o = 0; o < outcome.length; o++) {
            rows.outcome(outcomes.get(o).column(), outcome[o]);
            delays[o] = outcomes.get(o).delayColumn() == null ? new long[0] : Arrays.copyOf(rows.delayMillis, n);
        }
        return new Block(
                n,
                state,
                space.numeric().stream()
                        .map(feature -> Arrays.copyOf(rows.number(feature.name()), n))
                        .toArray(float[][]::new),
                categorical(rows),
                offsets,
                bags,
                Arrays.copyOf(rows.actionId, n),
                Arrays.copyOf(rows.propensity, n),
                outcome,
                delays);
    }

    private int[][] categorical(LogRows rows) {
        int[][] columns = new int[tableRows.length][rows.rowCount];
        for (int f = 0; f < columns.length; f++) {
            int[] words = rows.category(space.categorical().get(f).name());
            for (int row = 0; row < rows.rowCount; row++) {
                columns[f][row] = tableRows[f][words[row]];
            }
        }
        return columns;
    }

    private static int[] bag(LogRows rows, int[] rowOfTopic, int[] offsets) {
        int[] items = new int[rows.rowCount * Market.MAX_INTERESTS];
        int end = 0;
        for (int row = 0; row < rows.rowCount; row++) {
            for (int topics = rows.interests[row]; topics != 0; topics &= topics - 1) {
                items[end++] = rowOfTopic[Integer.numberOfTrailingZeros(topics)];
            }
            offsets[row + 1] = end;
        }
        return Arrays.copyOf(items, end);
    }
}
