package org.drlput.bench.quality;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.log.HoldoutSplit;

/**
 * A set whose reward of every action is known, and its logs. Immutable.
 *
 * @param features {@code [features][rows]}, NaN where missing
 * @param rewards {@code [actions][rows]}, the truth: no training and no estimate reads it
 */
record KnownSet(Path directory, double[][] features, double[][] rewards) {
    static KnownSet read(Path directory) throws IOException {
        CsvTable table = CsvTable.read(directory.resolve("data.csv.gz"));
        double[][] features = table.numbered("f");
        if (features.length == 0) {
            throw new IllegalArgumentException("%s: has no feature f0".formatted(table.file()));
        }
        double[][] rewards = table.has("label") ? byLabel(table.column("label")) : table.numbered("r");
        if (rewards.length < 2) {
            throw new IllegalArgumentException("%s: found neither 'label' nor 'r0', 'r1'".formatted(table.file()));
        }
        return new KnownSet(directory, features, rewards);
    }

    private static double[][] byLabel(double[] label) {
        int actions = 1 + (int) java.util.Arrays.stream(label).max().orElse(0);
        double[][] rewards = new double[actions][label.length];
        for (int row = 0; row < label.length; row++) {
            rewards[(int) label[row]][row] = 1;
        }
        return rewards;
    }

    int actions() {
        return rewards.length;
    }

    boolean missing(int feature) {
        for (double x : features[feature]) {
            if (Double.isNaN(x)) {
                return true;
            }
        }
        return false;
    }

    /** Rows of {@code split_seed<seed>} that are not for training. */
    int[] testRows(long seed) throws IOException {
        double[] train = CsvTable.read(directory.resolve("split_seed%d.csv.gz".formatted(seed)))
                .column("train");
        List<Integer> rows = new ArrayList<>();
        for (int row = 0; row < train.length; row++) {
            if (train[row] == 0) {
                rows.add(row);
            }
        }
        return rows.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * A log as blocks, held out by the row of the table, so that a state never stands on both sides.
     *
     * @param name without {@code .csv.gz}, for example {@code log_x1_seed1}
     * @param toldUniform whether the log's propensities are kept from it: each is one of as many as there are actions
     */
    List<Block> log(String name, Experiment experiment, boolean toldUniform) throws IOException {
        CsvTable log = CsvTable.read(directory.resolve(name + ".csv.gz"));
        double[] rows = log.column("row");
        double[] actions = log.column("action");
        double[] propensities = log.column("propensity");
        double[] logged = log.column("reward");
        HoldoutSplit split = new HoldoutSplit(experiment.evaluation().holdout());
        List<Block> blocks = new ArrayList<>();
        for (int from = 0; from < rows.length; from += Block.MAX_ROWS) {
            int count = Math.min(Block.MAX_ROWS, rows.length - from);
            int[] of = new int[count];
            byte[] state = new byte[count];
            int[] action = new int[count];
            double[] propensity = new double[count];
            double[] reward = new double[count];
            for (int i = 0; i < count; i++) {
                of[i] = (int) rows[from + i];
                state[i] = split.holdsOut(hash(split, of[i]), 0) ? Block.HELD_OUT : Block.TRAIN;
                action[i] = (int) actions[from + i];
                propensity[i] = toldUniform ? 1.0 / actions() : propensities[from + i];
                reward[i] = logged[from + i];
            }
            blocks.add(block(of, state, action, propensity, reward));
        }
        return blocks;
    }

    private static long hash(HoldoutSplit split, int row) {
        byte[] id = Integer.toString(row).getBytes(StandardCharsets.UTF_8);
        return split.hash(id, 0, id.length);
    }

    /** The states of rows of the table, all in one block. */
    Block states(int[] rows) {
        return block(
                rows, new byte[rows.length], new int[rows.length], new double[rows.length], new double[rows.length]);
    }

    private Block block(int[] rows, byte[] state, int[] action, double[] propensity, double[] reward) {
        float[][] numeric = new float[features.length][rows.length];
        for (int f = 0; f < features.length; f++) {
            for (int i = 0; i < rows.length; i++) {
                numeric[f][i] = (float) features[f][rows[i]];
            }
        }
        return new Block(
                rows.length,
                state,
                numeric,
                new int[0][],
                new int[0][],
                new int[0][],
                action,
                propensity,
                new double[][] {reward},
                new long[][] {new long[0]});
    }

    /** Mean true reward of taking {@code actions[i]} in {@code rows[i]}. */
    double value(int[] rows, int[] actions) {
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
            sum += rewards[actions[i]][rows[i]];
        }
        return sum / rows.length;
    }
}
