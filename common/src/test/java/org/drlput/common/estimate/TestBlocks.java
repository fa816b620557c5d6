package org.drlput.common.estimate;

import java.util.List;
import java.util.Random;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.version.TestVersions;

/** Blocks of the experiment of {@link TestVersions}. */
final class TestBlocks {
    /** K of that experiment. */
    static final int ACTIONS = 6;

    /** Its manual setting. */
    static final int MANUAL = 2;

    private TestBlocks() {}

    /** One logged row; {@code country} is a row of its table: us, de, other. */
    record Row(byte state, float ctr, int country, int action, double propensity, double reward) {
        static Row heldOut(float ctr, int action, double propensity, double reward) {
            return new Row(Block.HELD_OUT, ctr, 0, action, propensity, reward);
        }
    }

    static Block block(List<Row> rows) {
        int n = rows.size();
        Block block = new Block(
                n,
                new byte[n],
                new float[2][n],
                new int[2][n],
                new int[1][n + 1],
                new int[1][n],
                new int[n],
                new double[n],
                new double[1][n],
                new long[1][0]);
        for (int i = 0; i < n; i++) {
            Row row = rows.get(i);
            block.rowState()[i] = row.state();
            block.numeric()[0][i] = row.ctr();
            block.numeric()[1][i] = i % 24;
            block.categorical()[0][i] = row.country();
            block.categorical()[1][i] = i % 50;
            block.bagOffsets()[0][i + 1] = i + 1;
            block.bags()[0][i] = i % 20;
            block.actionId()[i] = row.action();
            block.propensity()[i] = row.propensity();
            block.outcomes()[0][i] = row.reward();
        }
        return block;
    }

    /** Uniform exploration, rewards of both signs, a share of the numbers missing. */
    static Block random(int rows, long seed) {
        Random random = new Random(seed);
        return block(random.ints(rows, 0, ACTIONS)
                .mapToObj(action -> new Row(
                        random.nextInt(10) == 0 ? Block.TRAIN : Block.HELD_OUT,
                        random.nextInt(20) == 0 ? Float.NaN : random.nextFloat(),
                        random.nextInt(3),
                        action,
                        1.0 / ACTIONS,
                        1 + random.nextGaussian()))
                .toList());
    }

    static Experiment experiment(String evaluation) {
        String yaml = TestVersions.YAML;
        String head = yaml.substring(0, yaml.indexOf("evaluation:"));
        return org.drlput.common.experiment.ExperimentLoader.parse(
                head + "evaluation: " + evaluation + "\n", "test.yaml");
    }
}
