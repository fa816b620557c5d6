package org.drlput.common.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.drlput.common.estimate.EvaluationScope.Rows;
import org.drlput.common.estimate.EvaluationScope.Target;
import org.drlput.common.estimate.PolicyEvaluator.Scorer;
import org.drlput.common.estimate.TestBlocks.Row;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.junit.jupiter.api.Test;

/**
 * How often the intervals hold the truth, on a bandit whose truth is a sum of a few numbers. The simulated market's, of a trained
 * version, is the profile {@code coverage}.
 */
class CoverageTest {
    private static final int LOGS = 40;
    private static final int ROWS = 20_000;
    private static final int ACTIONS = TestBlocks.ACTIONS;
    private static final int STATES = 3;

    /** Of 40 intervals that hold the truth in 95 of 100 cases, 34 to 40 do so in 99 of 100. */
    private static final int LEAST = 34;

    /** A reward of 2 with this probability, in a state (a country) by an action; nothing else is drawn. */
    private static final double[][] CHANCE = {
        {0.10, 0.12, 0.08, 0.05, 0.20, 0.10},
        {0.10, 0.05, 0.11, 0.18, 0.02, 0.10},
        {0.16, 0.10, 0.09, 0.07, 0.08, 0.10}
    };

    private static final int[] GREEDY = {4, 3, 0};
    private static final double GREEDY_PROBABILITY = 0.7;
    /** Logged with unequal propensities. */
    private static final double[] PROPENSITY = {0.3, 0.1, 0.2, 0.1, 0.1, 0.2};

    private static final Scorer POLICY = (block, rows, from, count, out) -> {
        for (int i = 0; i < count; i++) {
            for (int a = 0; a < ACTIONS; a++) {
                out[i * ACTIONS + a] = (float) probability(block.categorical()[0][rows[from + i]], a);
            }
        }
    };

    private static double probability(int state, int action) {
        return action == GREEDY[state] ? GREEDY_PROBABILITY : (1 - GREEDY_PROBABILITY) / (ACTIONS - 1);
    }

    private interface Choice {
        double probability(int state, int action);
    }

    private static double value(Choice policy) {
        double value = 0;
        for (int s = 0; s < STATES; s++) {
            for (int a = 0; a < ACTIONS; a++) {
                value += policy.probability(s, a) * 2 * CHANCE[s][a] / STATES;
            }
        }
        return value;
    }

    private static final double BEHAVIOUR = value((s, a) -> PROPENSITY[a]);
    private static final double MANUAL = value((s, a) -> a == TestBlocks.MANUAL ? 1 : 0);

    private static Block log(Random random) {
        List<Row> rows = new ArrayList<>(ROWS);
        for (int i = 0; i < ROWS; i++) {
            int state = random.nextInt(STATES);
            int action = 0;
            for (double u = random.nextDouble() - PROPENSITY[0]; u >= 0 && action < ACTIONS - 1; ) {
                action++;
                u -= PROPENSITY[action];
            }
            double reward = random.nextDouble() < CHANCE[state][action] ? 2 : 0;
            rows.add(new Row(Block.HELD_OUT, 0, state, action, PROPENSITY[action], reward));
        }
        return TestBlocks.block(rows);
    }

    /** How many intervals held the truth, by what they estimate. */
    private static Map<String, Integer> held(Target target, double truth) {
        Map<String, Function<PolicyEstimates, Estimate>> kinds = new LinkedHashMap<>();
        kinds.put("value", PolicyEstimates::value);
        kinds.put("relativeGain", PolicyEstimates::relativeGain);
        kinds.put("manualValue", PolicyEstimates::manualValue);
        kinds.put("gainOverManual", PolicyEstimates::gainOverManual);
        Map<String, Double> truths = Map.of(
                "value",
                truth,
                "relativeGain",
                truth / BEHAVIOUR - 1,
                "manualValue",
                MANUAL,
                "gainOverManual",
                truth / MANUAL - 1);
        Experiment experiment = TestBlocks.experiment("{minEffectiveSampleSize: 100}");
        List<Block> others = List.of(log(new Random(0)));
        EvaluationScope scope = new EvaluationScope(Rows.HELD_OUT, target);
        RewardModel model = RewardModel.ofOtherRows(
                experiment, RowSurvey.of(experiment, scope.rows(), others).statistics(), scope.rows(), others, ROWS);
        EvaluationPlan plan = EvaluationPlan.of(experiment, scope, others, model);
        PolicyEvaluator evaluator = new PolicyEvaluator(
                new EvaluationPlan(
                        experiment,
                        scope,
                        List.of(),
                        plan.estimators(),
                        plan.ofOutcomes(),
                        model,
                        LoggedRows.Intervals.NORMAL),
                Kernels.named("plain"));
        Map<String, Integer> held = new LinkedHashMap<>();
        for (int seed = 1; seed <= LOGS; seed++) {
            Evaluation evaluation = evaluator.evaluate(1, 1, POLICY, List.of(log(new Random(seed))));
            Map<String, PolicyEstimates> all = new LinkedHashMap<>(evaluation.estimates());
            // its interval knows nothing of the model's error
            all.remove("dm");
            all.forEach((estimator, estimates) -> kinds.forEach((kind, of) -> {
                Double expected = truths.get(kind);
                held.merge(
                        estimator + " " + kind,
                        expected != null && holds(of.apply(estimates), expected) ? 1 : 0,
                        Integer::sum);
            }));
        }
        return held;
    }

    private static boolean holds(Estimate estimate, double truth) {
        Double low = estimate.low();
        Double high = estimate.high();
        return low != null && high != null && low <= truth && truth <= high;
    }

    @Test
    void intervalsOfAGreedyPolicyHoldTheTruth() {
        Map<String, Integer> held = held(Target.GREEDY, value((s, a) -> a == GREEDY[s] ? 1 : 0));

        assertThat(held)
                .hasSize(8 * 4)
                .allSatisfy((kind, count) -> assertThat(count).as(kind).isBetween(LEAST, LOGS));
    }

    @Test
    void intervalsOfAStochasticPolicyHoldTheTruth() {
        Map<String, Integer> held = held(Target.STOCHASTIC, value(CoverageTest::probability));

        assertThat(held)
                .hasSize(8 * 4)
                .allSatisfy((kind, count) -> assertThat(count).as(kind).isBetween(LEAST, LOGS));
    }

    @Test
    void anIntervalIsAsWideAsTheRewardsOfThePolicyMakeIt() {
        double truth = value((s, a) -> a == GREEDY[s] ? 1 : 0);
        // Σ over states and matched actions of p(s) / propensity * E (r - V)²
        double variance = 0;
        for (int s = 0; s < STATES; s++) {
            double chance = CHANCE[s][GREEDY[s]];
            double squares = chance * (2 - truth) * (2 - truth) + (1 - chance) * truth * truth;
            variance += squares / PROPENSITY[GREEDY[s]] / STATES;
        }
        double expected = 2 * Linearized.Z95 * Math.sqrt(variance / ROWS);
        PolicyEvaluator evaluator = PolicyEvaluator.of(
                TestBlocks.experiment("{}"),
                Kernels.named("plain"),
                EvaluationScope.HOLD_OUT,
                List.of(log(new Random(0))),
                RewardModel.none());
        double width = 0;
        for (int seed = 1; seed <= LOGS; seed++) {
            Estimate value = java.util.Objects.requireNonNull(evaluator
                            .evaluate(1, 1, POLICY, List.of(log(new Random(seed))))
                            .estimates()
                            .get("snips"))
                    .value();
            width += (high(value) - low(value)) / LOGS;
        }
        // a deviation of 500 rewarded rows is known to 3 %, the mean of 40 such to half a percent
        assertThat(width).isBetween(0.985 * expected, 1.015 * expected);
    }

    private static double low(Estimate estimate) {
        return java.util.Objects.requireNonNull(estimate.low());
    }

    private static double high(Estimate estimate) {
        return java.util.Objects.requireNonNull(estimate.high());
    }
}
