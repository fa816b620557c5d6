package org.drlput.common.objective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.SparseRows;
import org.drlput.common.math.Kernels;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.network.ModelSpec.ActionHead;
import org.drlput.common.network.ModelSpec.RewardHead;
import org.drlput.common.network.RandomModel;
import org.drlput.common.network.ReferencePolicy;
import org.drlput.common.network.ReferencePolicy.Pass;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.tensor.TensorSpec.Role;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks of several towers: the product's gradients against finite differences of what is maximized, written in double precision
 * as the formulas stand.
 */
class RewardModelTest {
    private static final RewardScale REWARDS = new RewardScale(0.25, 1.5);
    private static final double LOSS_WEIGHT = 0.7;
    private static final double ENTROPY = 0.2;
    private static final double CLIP = 1.5;
    private static final double BASELINE = 0.1;
    private static final int ACTIONS = 6;
    private static final double STEP = 1e-4;

    /** Of the greatest gradient: float32 sums of some hundred products; finite differences are off by far less. */
    private static final double TOLERANCE = 3e-4;

    private record Case(
            Objective objective,
            List<Integer> hidden,
            boolean batchNorm,
            int members,
            RewardHead head,
            ActionHead actionHead) {
        Case(Objective objective, List<Integer> hidden, boolean batchNorm, int members, RewardHead head) {
            this(objective, hidden, batchNorm, members, head, ActionHead.PLAIN);
        }

        ModelSpec spec() {
            ModelSpec plain = RandomModel.shape("towers", 3, 1, 1, hidden, batchNorm, ACTIONS)
                    .spec();
            return new ModelSpec(plain.features(), hidden, batchNorm, 0.1, ACTIONS, actionHead, members, head);
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (boolean batchNorm : new boolean[] {true, false}) {
            List<Integer> hidden = batchNorm ? List.of(7, 6) : List.of(6);
            for (Objective objective : List.of(new DoublyRobust(CLIP), new Ips())) {
                int outputs = objective.maximizesPredictions() ? ACTIONS : 1;
                cases.add(new Case(objective, hidden, batchNorm, 1, new RewardHead(outputs, true, 1)));
                cases.add(new Case(objective, hidden, batchNorm, 1, new RewardHead(outputs, false, 1)));
                cases.add(new Case(objective, hidden, batchNorm, 1, new RewardHead(outputs, false, 2)));
                cases.add(new Case(objective, hidden, batchNorm, 3, new RewardHead(outputs, false, 2)));
            }
            cases.add(new Case(new DirectMethod(), hidden, batchNorm, 1, RewardHead.NONE));
            cases.add(new Case(new DirectMethod(), hidden, batchNorm, 2, RewardHead.NONE));
            cases.add(new Case(new Ips(), hidden, batchNorm, 3, RewardHead.NONE));
        }
        cases.add(new Case(new DoublyRobust(CLIP), List.of(), true, 1, new RewardHead(ACTIONS, true, 1)));
        cases.add(new Case(new DoublyRobust(CLIP), List.of(), true, 2, new RewardHead(ACTIONS, false, 2)));
        for (boolean plain : new boolean[] {true, false}) {
            ActionHead axes = new ActionHead(List.of(3, 2), plain);
            for (List<Integer> hidden : List.of(List.of(6), List.<Integer>of())) {
                cases.add(new Case(new Ips(), hidden, true, 1, RewardHead.NONE, axes));
            }
            RewardHead both = new RewardHead(ACTIONS, true, 1);
            cases.add(new Case(new DoublyRobust(CLIP), List.of(6), false, 1, both, axes));
            cases.add(new Case(new DirectMethod(), List.of(6), true, 2, RewardHead.NONE, axes));
        }
        return cases.stream();
    }

    /** Everything that a gradient treats as a constant, at the weights it is taken at. */
    private record Held(double[][] predictions, double[][] weights) {}

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsAreTheFiniteDifferences(Case c) {
        ModelSpec spec = c.spec();
        ReferencePolicy policy = new ReferencePolicy(spec);
        for (long seed = 1; seed <= 3; seed++) {
            EncodedBatch batch = RandomModel.batch(spec, 17, seed);
            Parameters weights = RandomModel.weights(spec, seed);
            RowHashes hashes = new RowHashes(batch.rowCount);
            hashes.compute(batch);
            double[][] wide = ReferencePolicy.widened(weights);
            Pass base = policy.forward(wide, batch);
            Held held = held(c, base, batch, hashes);

            GradientSettings settings =
                    new GradientSettings(c.objective, Regularizers.ofEntropy(ENTROPY), REWARDS, LOSS_WEIGHT, 0);
            MicroBatchTrainer trainer = new MicroBatchTrainer(spec, settings, Kernels.named("plain"), batch.rowCount);
            Contribution out = new Contribution(spec.tensors());
            trainer.compute(weights, batch, BASELINE, out);
            assertThat(trainer.refusal(out)).isNull();
            assertThat(out.metrics().rows).isEqualTo(17);

            for (int t = 0; t < wide.length; t++) {
                if (spec.tensors().get(t).role() == Role.STATISTIC) {
                    continue;
                }
                double[] found = gradient(out, t);
                double[] expected = new double[found.length];
                boolean[] kink = new boolean[found.length];
                for (int i = 0; i < found.length; i++) {
                    double before = wide[t][i];
                    wide[t][i] = before + STEP;
                    Pass up = policy.forward(wide, batch);
                    wide[t][i] = before - STEP;
                    Pass down = policy.forward(wide, batch);
                    wide[t][i] = before;
                    kink[i] = !up.sameSides(base) || !down.sameSides(base);
                    expected[i] =
                            (value(c, up, batch, hashes, held) - value(c, down, batch, hashes, held)) / (2 * STEP);
                }
                double scale = Math.max(
                        0.1, Arrays.stream(expected).map(Math::abs).max().orElse(0));
                for (int i = 0; i < found.length; i++) {
                    if (!kink[i]) {
                        assertThat(Math.abs(found[i] - expected[i]))
                                .as(
                                        "%s, seed %d, %s[%d]: %s, difference %s",
                                        c, seed, spec.tensors().get(t).name(), i, found[i], expected[i])
                                .isLessThan(TOLERANCE * scale);
                    }
                }
            }
        }
    }

    private static double[] gradient(Contribution out, int t) {
        TensorSpec tensor = out.tensors().get(t);
        double[] wide = new double[tensor.size()];
        if (tensor.sparse()) {
            SparseRows rows = out.sparse(t);
            for (int i = 0; i < rows.count() * rows.columns(); i++) {
                wide[rows.row(i / rows.columns()) * rows.columns() + i % rows.columns()] = rows.values()[i];
            }
        } else {
            for (int i = 0; i < wide.length; i++) {
                wide[i] = out.dense(t)[i];
            }
        }
        return wide;
    }

    private static double[][] model(Case c, Pass pass, int fold) {
        return pass.outputs.get(c.head.shared() ? 1 : c.members + fold);
    }

    private static Held held(Case c, Pass pass, EncodedBatch batch, RowHashes hashes) {
        double[][] predictions = new double[batch.rowCount][c.head.outputs()];
        double[][] weights = new double[c.members][batch.rowCount];
        for (int r = 0; r < batch.rowCount; r++) {
            if (c.head.outputs() > 0) {
                int fold = c.head.folds() == 1 ? 0 : 1 - hashes.model(r, 2);
                for (int i = 0; i < predictions[r].length; i++) {
                    predictions[r][i] = REWARDS.mean() + REWARDS.deviation() * model(c, pass, fold)[r][i];
                }
            }
            for (int m = 0; m < c.members; m++) {
                double logProb = ReferencePolicy.logProbs(pass.outputs.get(m)[r])[batch.actionId[r]];
                weights[m][r] = Math.min(CLIP, Math.exp(logProb) / batch.propensity[r]);
            }
        }
        return new Held(predictions, weights);
    }

    private static double value(Case c, Pass pass, EncodedBatch batch, RowHashes hashes, Held held) {
        double sum = 0;
        for (int r = 0; r < batch.rowCount; r++) {
            double z = (batch.reward[r] - REWARDS.mean()) / REWARDS.deviation();
            int action = batch.actionId[r];
            if (c.head.outputs() > 0) {
                int fold = c.head.folds() == 1 ? 0 : hashes.model(r, 2);
                double error = z - model(c, pass, fold)[r][c.head.outputs() == 1 ? 0 : action];
                sum -= LOSS_WEIGHT * REWARDS.deviation() * error * error / 2;
            }
            for (int m = 0; m < c.members; m++) {
                if (c.members == 1 || hashes.member(r, c.members) != m) {
                    sum += memberValue(c, pass.outputs.get(m)[r], batch, r, z, held.predictions[r], held.weights[m][r]);
                }
            }
        }
        return sum;
    }

    private static double memberValue(
            Case c, double[] outputs, EncodedBatch batch, int r, double z, double[] predicted, double heldWeight) {
        int action = batch.actionId[r];
        if (c.objective.predicts()) {
            double error = z - outputs[action];
            return -REWARDS.deviation() * error * error / 2;
        }
        double[] logProbs = ReferencePolicy.logProbs(outputs);
        double sum = ENTROPY * ReferenceObjective.entropy(logProbs);
        if (c.objective.maximizesPredictions()) {
            for (int a = 0; a < ACTIONS; a++) {
                sum += Math.exp(logProbs[a]) * predicted[a];
            }
            return sum + heldWeight * (batch.reward[r] - predicted[action]) * logProbs[action];
        }
        double taken = predicted.length == 1 ? predicted[0] : BASELINE;
        return sum + Math.exp(logProbs[action]) / batch.propensity[r] * (batch.reward[r] - taken);
    }
}
