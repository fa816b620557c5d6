package org.drlput.common.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.drlput.common.estimate.EvaluationScope.Rows;
import org.drlput.common.estimate.TestBlocks.Row;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.junit.jupiter.api.Test;

class RewardModelTest {
    private static final Experiment EXPERIMENT = TestBlocks.experiment("{}");

    /** What an action truly earns: of its two axes each goes with one part of the state, and one pair is good in itself. */
    private static double truth(float ctr, int country, int action) {
        int click = action / 2;
        int reserve = action % 2;
        return 1
                + ctr * (click == 1 ? 2 : 0)
                + (country == 1 ? 0.5 : 0)
                + (country == 2 && reserve == 0 ? 1 : 0)
                + (action == 3 ? 0.3 : 0);
    }

    private static Block log(long seed, int rows, double noise) {
        Random random = new Random(seed);
        List<Row> all = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            float ctr = random.nextFloat();
            int country = random.nextInt(3);
            int action = random.nextInt(TestBlocks.ACTIONS);
            double reward = truth(ctr, country, action) + noise * random.nextGaussian();
            all.add(new Row(Block.TRAIN, ctr, country, action, 1.0 / TestBlocks.ACTIONS, reward));
        }
        return TestBlocks.block(all);
    }

    private static RewardModel fitted(List<Block> blocks, long rows) {
        RowSurvey survey = RowSurvey.of(EXPERIMENT, Rows.TRAINED, blocks);
        return RewardModel.ofOtherRows(EXPERIMENT, survey.statistics(), Rows.TRAINED, blocks, rows);
    }

    private static double meanSquaredError(RewardModel model, Block block) {
        RewardModel.Answers answers = model.answers(block.rowCount(), 2);
        int[] rows = java.util.stream.IntStream.range(0, block.rowCount()).toArray();
        answers.load(block, rows, 0, rows.length, 0);
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
            answers.row(i);
            for (int a = 0; a < TestBlocks.ACTIONS; a++) {
                double error =
                        answers.of(Measures.REWARD, a) - truth(block.numeric()[0][i], block.categorical()[0][i], a);
                sum += error * error / TestBlocks.ACTIONS / rows.length;
            }
        }
        return sum;
    }

    @Test
    void whatStateAndActionEarnTogetherIsLearned() {
        RewardModel model = fitted(List.of(log(1, 16_000, 0.1)), 16_000);

        // 80 columns or so of 16,000 rows with a noise of 0.1
        assertThat(meanSquaredError(model, log(2, 500, 0))).isLessThan(0.002);
    }

    @Test
    void noiseIsNotLearned() {
        // deviation 20 beside effects of about 1: the best guess is nearly a constant
        RewardModel model = fitted(List.of(log(1, 2000, 20)), 2000);

        assertThat(meanSquaredError(model, log(2, 500, 0))).isLessThan(4);
    }

    @Test
    void theSameRowsGiveTheSameBits() {
        Block judged = log(2, 500, 0);

        assertThat(meanSquaredError(fitted(List.of(log(1, 3000, 1)), 3000), judged))
                .isEqualTo(meanSquaredError(fitted(List.of(log(1, 3000, 1)), 3000), judged));
    }

    @Test
    void aRowIsNotJudgedByAModelThatHasSeenIt() {
        List<Block> blocks = List.of(log(5, 400, 0.5));
        RowSurvey survey = RowSurvey.of(EXPERIMENT, Rows.TRAINED, blocks);
        RewardModel whole = fitted(blocks, 400);
        RewardModel crossed = RewardModel.crossFitted(EXPERIMENT, survey.statistics(), Rows.TRAINED, blocks, 400);

        // some hundred columns of 400 rows: a model that has seen a row has learned some of its noise
        assertThat(covariance(whole, blocks.get(0))).isGreaterThan(0.01);
        assertThat(Math.abs(covariance(crossed, blocks.get(0)))).isLessThan(covariance(whole, blocks.get(0)) / 2);
    }

    /** Of the logged noise and what the model says of the logged action. */
    private static double covariance(RewardModel model, Block block) {
        RewardModel.Answers answers = model.answers(block.rowCount(), 2);
        int[] rows = java.util.stream.IntStream.range(0, block.rowCount()).toArray();
        answers.load(block, rows, 0, rows.length, 0);
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
            answers.row(i);
            int action = block.actionId()[i];
            double truth = truth(block.numeric()[0][i], block.categorical()[0][i], action);
            double noise = block.outcomes()[0][i] - truth;
            sum += noise * (answers.of(Measures.REWARD, action) - truth) / rows.length;
        }
        return sum;
    }

    @Test
    void aFewRowsAreNoModel() {
        assertThat(fitted(List.of(log(1, 19, 0.1)), 19).exists()).isFalse();
        assertThat(fitted(List.of(log(1, 20, 0.1)), 20).exists()).isTrue();
    }

    @Test
    void ofManyRowsEverySoManyThIsFittedOn() {
        List<Block> blocks = List.of(log(1, 8000, 0.1));

        // told that there are a million: every tenth of these
        RewardModel model = fitted(blocks, 1_000_000);

        assertThat(meanSquaredError(model, log(2, 500, 0))).isBetween(0.0001, 0.05);
    }

    @Test
    void regressionByHand() {
        NormalEquations equations = new NormalEquations(2, 1);
        RowDesign.Columns columns = new RowDesign.Columns();
        double[][] y = {{1, 3, 5}};
        for (int i = 0; i < 3; i++) {
            columns.clear();
            columns.add(0, 1);
            // twice the same column: 0, 1, 2 in all
            columns.add(1, i / 2.0);
            columns.add(1, i / 2.0);
            equations.add(columns, y, i);
        }

        double[] found = equations.solve(1e-9)[0];

        // 1 + 2 x
        assertThat(found[0]).isCloseTo(1, within(1e-7));
        assertThat(found[1]).isCloseTo(2, within(1e-7));
        assertThat(equations.squaredError(0, new double[] {0, 2})).isCloseTo(3, within(1e-9));
    }
}
