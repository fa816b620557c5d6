package org.drlput.common.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.Experiment.Actions;
import org.drlput.common.experiment.Experiment.Activation;
import org.drlput.common.experiment.Experiment.AtEnd;
import org.drlput.common.experiment.Experiment.Averaging;
import org.drlput.common.experiment.Experiment.AveragingType;
import org.drlput.common.experiment.Experiment.Baseline;
import org.drlput.common.experiment.Experiment.Behaviour;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.EstimatorName;
import org.drlput.common.experiment.Experiment.Evaluation;
import org.drlput.common.experiment.Experiment.Gate;
import org.drlput.common.experiment.Experiment.Guardrail;
import org.drlput.common.experiment.Experiment.Head;
import org.drlput.common.experiment.Experiment.Holdout;
import org.drlput.common.experiment.Experiment.Hyperparameter;
import org.drlput.common.experiment.Experiment.Log;
import org.drlput.common.experiment.Experiment.Missing;
import org.drlput.common.experiment.Experiment.Mode;
import org.drlput.common.experiment.Experiment.MultiCategorical;
import org.drlput.common.experiment.Experiment.Network;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.experiment.Experiment.Objective;
import org.drlput.common.experiment.Experiment.ObjectiveType;
import org.drlput.common.experiment.Experiment.Optimizer;
import org.drlput.common.experiment.Experiment.OptimizerType;
import org.drlput.common.experiment.Experiment.Outcome;
import org.drlput.common.experiment.Experiment.Pooling;
import org.drlput.common.experiment.Experiment.Proof;
import org.drlput.common.experiment.Experiment.Reward;
import org.drlput.common.experiment.Experiment.RewardModel;
import org.drlput.common.experiment.Experiment.RewardNetwork;
import org.drlput.common.experiment.Experiment.Schedule;
import org.drlput.common.experiment.Experiment.Segment;
import org.drlput.common.experiment.Experiment.Traffic;
import org.drlput.common.experiment.Experiment.Training;
import org.drlput.common.experiment.Experiment.Versions;
import org.junit.jupiter.api.Test;

/** Pins every default: a changed one changes what old files mean. */
class ExperimentDefaultsTest {
    @Test
    void everyDefault() {
        Experiment experiment = ExperimentLoader.parse(Experiments.MINIMAL, "minimal.yaml");

        assertThat(experiment)
                .isEqualTo(new Experiment(
                        1,
                        "minimal",
                        new Log("request_id", "event_time", null, "action_id", Map.of(), "propensity", 0.01),
                        List.of(
                                new Numeric("ctr", Missing.REJECT, 0),
                                new Categorical("country", List.of("us", "de"), 0, 8)),
                        new Traffic(false, 10, List.of()),
                        new Actions(
                                Behaviour.UNIFORM,
                                List.of(
                                        new Hyperparameter("w_click", null, List.of(0.0, 0.5, 1.0, 2.0), 4, 1),
                                        new Hyperparameter("reserve_price", null, List.of(0.0, 0.1), 2, 0))),
                        new Reward(
                                "R0",
                                Map.of("revenue", new Outcome("revenue", null, 0)),
                                Map.of("R0", Map.of("revenue", 1.0))),
                        new Network(List.of(256, 128, 64), true, 0.1, Activation.RELU, Head.PLAIN, 1),
                        new Objective(
                                ObjectiveType.IPS,
                                10,
                                0.1,
                                null,
                                null,
                                Baseline.RUNNING_MEAN,
                                0.3,
                                0,
                                0,
                                0,
                                new RewardModel(RewardNetwork.SHARED, false, 1)),
                        new Optimizer(OptimizerType.ADAM_W, 0.001, 0, 0.9, 0.999, 1e-8, 0.01, Schedule.COSINE, 0, 0),
                        new Training(Mode.STEP, 0, 2, 1024, 8, 1, 0, true, 1, 10_000, 0.01),
                        new Evaluation(
                                new Holdout(0.1, "holdout", 200_000, null),
                                EstimatorName.SNIPS,
                                100,
                                20,
                                0.05,
                                List.of()),
                        new Versions(500, 20, new Gate(0, 0, 0.95, AtEnd.ADVISE, List.of()), 0, true)));
    }

    @Test
    void defaultsThatDependOnAnotherKey() {
        Experiment experiment = ExperimentLoader.parse(Experiments.with("""
                        log: {actionColumns: {w_click: c1, reserve_price: c2}}
                        features:
                          - {name: tags, type: multiCategorical, hashBuckets: 100}
                        optimizer: {type: sgd}
                        """), "exp.yaml");

        assertThat(experiment.log().actionId()).isNull();
        assertThat(experiment.log().actionColumns())
                .containsExactly(Map.entry("w_click", "c1"), Map.entry("reserve_price", "c2"));
        assertThat(experiment.features())
                .containsExactly(new MultiCategorical("tags", List.of(), 100, 8, Pooling.MEAN));
        assertThat(experiment.optimizer().weightDecay()).isZero();
    }

    @Test
    void everyValueOfAFileIsTakenOver() {
        Experiment experiment = ExperimentLoader.parse(Experiments.with("""
                        log: {requestId: a, eventTime: b, userId: c, actionId: d, propensity: e, maxRejectedShare: 0.5}
                        network: {hidden: [], batchNorm: false, batchNormMomentum: 1, activation: relu, head: mixed,
                          members: 2}
                        objective: {type: clippedIps, clipWeight: 2, baseline: learned, entropy: 0, klToBehaviour: 1,
                          klToManual: 2, variancePenalty: 3,
                          rewardModel: {network: separate, crossFit: true, lossWeight: 0.5}}
                        optimizer: {type: sgd, learningRate: 1, momentum: 0.5, beta1: 0.1, beta2: 0.2, epsilon: 0.3,
                          schedule: linear, warmupShare: 0.4, clipGradient: 5, averaging: {type: tail, share: 0.5}}
                        training: {window: 3, rowsPerStep: 64, microBatches: 16, epochs: 4, minSteps: 70, shuffle: false, seed: 9,
                          checkpointIntervalMillis: 1000, maxRefusedShare: 1}
                        evaluation:
                          holdout: {salt: s, maxRows: 7, after: 2026-01-31T00:00:00Z}
                          headline: ips
                          minEffectiveSampleSize: 0
                          minRewardedRows: 0
                          maxUnsupportedShare: 0.2
                          segments: [{feature: ctr, quantiles: 4}, {feature: country}]
                        versions:
                          everySteps: 1
                          retain: 2
                          patience: 3
                          fallBack: false
                          gate:
                            minRelativeGain: -0.5
                            maxDiversity: 1
                            atEnd: promote
                            guardrails:
                              - {outcome: revenue, maxFall: 0.1}
                              - {segment: country, maxFall: 0.2, prove: harm}
                        """), "exp.yaml");

        assertThat(experiment.log()).isEqualTo(new Log("a", "b", "c", "d", Map.of(), "e", 0.5));
        assertThat(experiment.network()).isEqualTo(new Network(List.of(), false, 1, Activation.RELU, Head.MIXED, 2));
        assertThat(experiment.objective())
                .isEqualTo(new Objective(
                        ObjectiveType.CLIPPED_IPS,
                        2,
                        0.1,
                        null,
                        null,
                        Baseline.LEARNED,
                        0,
                        1,
                        2,
                        3,
                        new RewardModel(RewardNetwork.SEPARATE, true, 0.5)));
        assertThat(experiment.optimizer())
                .isEqualTo(new Optimizer(
                        OptimizerType.SGD,
                        1,
                        0.5,
                        0.1,
                        0.2,
                        0.3,
                        0,
                        Schedule.LINEAR,
                        0.4,
                        5,
                        new Averaging(AveragingType.TAIL, 0.5)));
        assertThat(experiment.training()).isEqualTo(new Training(Mode.STEP, 0, 3, 64, 16, 4, 70, false, 9, 1000, 1));
        assertThat(experiment.evaluation())
                .isEqualTo(new Evaluation(
                        new Holdout(0.1, "s", 7, Instant.parse("2026-01-31T00:00:00Z")),
                        EstimatorName.IPS,
                        0,
                        0,
                        0.2,
                        List.of(new Segment("ctr", 4), new Segment("country", 0))));
        assertThat(experiment.versions())
                .isEqualTo(new Versions(
                        1,
                        2,
                        new Gate(
                                -0.5,
                                -0.5,
                                1,
                                AtEnd.PROMOTE,
                                List.of(
                                        new Guardrail("revenue", null, 0.1, Proof.SAFE),
                                        new Guardrail(null, "country", 0.2, Proof.HARM))),
                        3,
                        false));
    }

    @Test
    void outcomesKeepTheOrderOfTheFile() {
        Experiment experiment = ExperimentLoader.parse(Experiments.with("""
                        reward:
                          active: b
                          outcomes: {z: {column: z}, a: {column: a, delayColumn: d, windowMillis: 5}, m: {column: m, delayColumn: d, windowMillis: 6}}
                          variants: {b: {m: 1, z: -2.5}, a: {a: 1}}
                        """), "exp.yaml");

        assertThat(experiment.reward().outcomes().keySet()).containsExactly("z", "a", "m");
        assertThat(experiment.reward().variants().get("b")).containsExactly(Map.entry("m", 1.0), Map.entry("z", -2.5));
    }
}
