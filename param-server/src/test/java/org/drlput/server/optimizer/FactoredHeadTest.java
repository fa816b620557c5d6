package org.drlput.server.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.math.Kernels;
import org.drlput.common.math.Softmax;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.network.PolicyNetwork;
import org.drlput.common.objective.GradientSettings;
import org.drlput.common.objective.MicroBatchTrainer;
import org.drlput.common.objective.RewardScale;
import org.drlput.common.tensor.Initializer;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.junit.jupiter.api.Test;

/** Where what an action is worth is a sum over the axes of the grid, the head that knows them learns more from few rows. */
class FactoredHeadTest {
    private static final int NUMBERS = 4;
    private static final int LEVELS = 4;
    private static final int ACTIONS = LEVELS * LEVELS * LEVELS;
    private static final int ROWS = 1_000;
    private static final int BATCH = 250;
    private static final int UPDATES = 300;
    private static final int STATES = 1_000;

    private static final String YAML = """
            formatVersion: 1
            name: grid
            features: [{name: a, type: numeric}, {name: b, type: numeric}, {name: c, type: numeric}, {name: d, type: numeric}]
            actions:
              hyperparameters:
                - {name: p, levels: [0, 1, 2, 3], production: 1}
                - {name: q, levels: [0, 1, 2, 3], production: 1}
                - {name: r, levels: [0, 1, 2, 3], production: 1}
            reward: {active: R0, outcomes: {x: {column: x}}, variants: {R0: {x: 1}}}
            network: {hidden: [16], head: %s}
            objective: {type: clippedIps, entropy: 0.1}
            optimizer: {learningRate: 0.01}
            """;

    private final Random random = new Random(1);
    /** {@code [axis * LEVELS + level][number]}. */
    private final double[][] weights = new double[3 * LEVELS][NUMBERS];

    private final float[] states = new float[ROWS * NUMBERS];
    private final int[] actions = new int[ROWS];
    private final float[] rewards = new float[ROWS];

    FactoredHeadTest() {
        for (double[] level : weights) {
            Arrays.setAll(level, f -> random.nextGaussian());
        }
        for (int row = 0; row < ROWS; row++) {
            for (int f = 0; f < NUMBERS; f++) {
                states[row * NUMBERS + f] = (float) random.nextGaussian();
            }
            actions[row] = random.nextInt(ACTIONS);
            rewards[row] = random.nextDouble() < chance(states, row, actions[row]) ? 1 : 0;
        }
    }

    /** Of a reward. */
    private double chance(float[] of, int row, int action) {
        int[] levels = {action / (LEVELS * LEVELS), action / LEVELS % LEVELS, action % LEVELS};
        double sum = 0;
        for (int axis = 0; axis < levels.length; axis++) {
            for (int f = 0; f < NUMBERS; f++) {
                sum += weights[axis * LEVELS + levels[axis]][f] * of[row * NUMBERS + f];
            }
        }
        return 1 / (1 + Math.exp(1.5 - sum / 2));
    }

    @Test
    void whatIsASumOverTheAxesIsLearnedFromFewerRows() {
        double plain = gapClosed("plain");
        double factored = gapClosed("factored");

        assertThat(plain).isBetween(0.0, 1.0);
        assertThat(factored).isBetween(plain + 0.05, 1.0);
    }

    private double gapClosed(String head) {
        Experiment experiment = ExperimentLoader.parse(YAML.formatted(head), head);
        ModelSpec model = ModelSpec.of(experiment);
        Parameters parameters = train(experiment, model);
        EncodedBatch batch = new EncodedBatch(STATES, NUMBERS, 0, 0);
        batch.rowCount = STATES;
        Random fresh = new Random(2);
        for (int i = 0; i < batch.numeric.length; i++) {
            batch.numeric[i] = (float) fresh.nextGaussian();
        }
        float[] probabilities = new float[STATES * ACTIONS];
        new PolicyNetwork(model, Kernels.named("plain"), STATES).infer(parameters, batch, probabilities);
        double learned = 0;
        double best = 0;
        double[] fixed = new double[ACTIONS];
        for (int row = 0; row < STATES; row++) {
            double greatest = 0;
            for (int action = 0; action < ACTIONS; action++) {
                double chance = chance(batch.numeric, row, action);
                greatest = Math.max(greatest, chance);
                fixed[action] += chance;
            }
            best += greatest;
            learned += chance(batch.numeric, row, Softmax.greatest(probabilities, row * ACTIONS, ACTIONS));
        }
        double bestFixed = Arrays.stream(fixed).max().orElseThrow();
        return (learned - bestFixed) / (best - bestFixed);
    }

    private Parameters train(Experiment experiment, ModelSpec model) {
        Parameters parameters = new Parameters(model.tensors());
        for (TensorSpec tensor : model.tensors()) {
            Initializer.fill(tensor, 0, parameters.values(tensor.name()), 1);
        }
        double mean = 0;
        for (float reward : rewards) {
            mean += (double) reward / ROWS;
        }
        GradientSettings settings =
                GradientSettings.of(experiment, new RewardScale(mean, Math.sqrt(mean * (1 - mean))));
        MicroBatchTrainer trainer = new MicroBatchTrainer(model, settings, Kernels.named("plain"), BATCH);
        Optimizer optimizer = Optimizer.of(experiment.optimizer(), 0.1, UPDATES, model.tensors());
        Contribution sum = new Contribution(model.tensors());
        EncodedBatch batch = new EncodedBatch(BATCH, NUMBERS, 0, 0);
        Random order = new Random(3);
        batch.rowCount = BATCH;
        for (int update = 0; update < UPDATES; update++) {
            for (int i = 0; i < BATCH; i++) {
                int row = order.nextInt(ROWS);
                System.arraycopy(states, row * NUMBERS, batch.numeric, i * NUMBERS, NUMBERS);
                batch.actionId[i] = actions[row];
                batch.propensity[i] = 1f / ACTIONS;
                batch.reward[i] = rewards[row];
            }
            trainer.compute(parameters, batch, mean, sum);
            optimizer.step(parameters, sum, update);
        }
        return parameters;
    }
}
