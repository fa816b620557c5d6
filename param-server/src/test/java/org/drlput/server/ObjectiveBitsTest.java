package org.drlput.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.drlput.common.client.RowSelection;
import org.drlput.common.client.RunFence;
import org.drlput.common.client.TrainingSession;
import org.drlput.common.client.TrainingSession.PulledStep;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.SummationTree;
import org.drlput.common.gradient.SummationTree.Subtree;
import org.drlput.common.math.Kernels;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.objective.Baselines;
import org.drlput.common.objective.GradientSettings;
import org.drlput.common.objective.MicroBatchTrainer;
import org.drlput.common.objective.RewardScale;
import org.drlput.common.tensor.Parameters;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real gradients of every objective over gRPC: the same bits, however many workers and shards. */
class ObjectiveBitsTest {
    private static final int STEPS = 6;
    private static final int LANES = 8;
    private static final int ROWS = 8;
    private static final RewardScale REWARDS = new RewardScale(0.5, 1.25);

    private static final String YAML = """
            formatVersion: 1
            name: bits
            features:
              - {name: ctr, type: numeric}
              - {name: hour, type: numeric, period: 24}
              - {name: user, type: categorical, hashBuckets: 31, dimension: 4}
            actions:
              hyperparameters:
                - {name: w_click, levels: [0, 0.5, 1, 2], production: 1}
                - {name: reserve_price, levels: [0, 0.1], production: 0}
            reward:
              active: R0
              outcomes: {revenue: {column: revenue}}
              variants: {R0: {revenue: 1}}
            training: {rowsPerStep: 64, microBatches: 8, window: 2, seed: 5}
            """;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "objective: {type: ips, baseline: selfCritical, klToBehaviour: 0.1, klToManual: 0.1, variancePenalty: 0.1}",
                "objective: {type: clippedIps, clipWeight: 2}",
                "objective: {type: logLikelihood, baseline: none}",
                "objective: {type: logarithmicSmoothing}",
                "objective: {type: banditNet}",
                "objective: {type: directMethod}",
                "objective: {type: rewardLikelihood}",
                "objective: {type: doublyRobust}",
                "objective: {type: doublyRobust, rewardModel: {network: separate, crossFit: true}}",
                "objective: {baseline: learned}",
                "network: {hidden: [9, 5], members: 3, head: mixed}"
            })
    void theSameBitsHoweverManyWorkersAndShards(String setting) {
        String network = setting.startsWith("network") ? "" : "network: {hidden: [9, 5]}\n";
        String yaml =
                YAML + setting + "\n" + network + "optimizer: {learningRate: 0.01, averaging: {type: polynomial}}\n";
        TestRun run = TestRun.of("run", yaml, STEPS);
        Parameters expected = train(run, 1, 1);
        assertSame(train(run, 2, 3), expected);
        assertSame(train(run, 4, 2), expected);
    }

    private static void assertSame(Parameters found, Parameters expected) {
        for (int t = 0; t < expected.tensors().size(); t++) {
            assertThat(found.values(t)).as(expected.tensors().get(t).name()).isEqualTo(expected.values(t));
        }
    }

    private Parameters train(TestRun run, int workers, int shards) {
        Path data = directory.resolve(workers + "-" + shards);
        try (TestServers servers = new TestServers(data, shards)) {
            RunFence fence = run.fence(1, servers.client().open(run.openRequest(1, 77, shards)));
            List<Worker> all = new ArrayList<>();
            for (int w = 0; w < workers; w++) {
                all.add(new Worker(
                        run,
                        servers.client().session(fence, run.tensors()),
                        w * LANES / workers,
                        (w + 1) * LANES / workers));
            }
            for (long step = 0; step < STEPS; step++) {
                List<CompletableFuture<Void>> pushes = new ArrayList<>();
                // the last worker first: what arrives first does not count
                for (int w = workers - 1; w >= 0; w--) {
                    pushes.addAll(all.get(w).step(step));
                }
                pushes.forEach(CompletableFuture::join);
            }
            return all.get(0).pull(STEPS);
        }
    }

    /** Computes its lanes of a step from rows that are a function of step and lane. */
    private static final class Worker {
        private final Experiment experiment;
        private final ModelSpec model;
        private final TrainingSession session;
        private final int first;
        private final int end;
        private final Parameters weights;
        private final RowSelection rows;
        private final MicroBatchTrainer trainer;

        Worker(TestRun run, TrainingSession session, int first, int end) {
            experiment = run.experiment();
            model = ModelSpec.of(experiment);
            this.session = session;
            this.first = first;
            this.end = end;
            weights = new Parameters(model.tensors());
            rows = new RowSelection(model.tensors());
            rows.addAll();
            trainer = new MicroBatchTrainer(
                    model, GradientSettings.of(experiment, REWARDS), Kernels.named("plain"), ROWS);
        }

        Parameters pull(long step) {
            var unused = session.pull(step, rows, weights);
            return weights;
        }

        List<CompletableFuture<Void>> step(long step) {
            PulledStep pulled = session.pull(step, rows, weights);
            double baseline = Baselines.value(experiment.objective(), pulled.seen(), REWARDS);
            SummationTree tree = new SummationTree(model.tensors(), first, end);
            List<CompletableFuture<Void>> pushes = new ArrayList<>();
            for (int lane = first; lane < end; lane++) {
                Contribution contribution = tree.take();
                trainer.compute(weights, batch(step, lane), baseline, contribution);
                assertThat(trainer.refusal(contribution)).isNull();
                tree.add(lane, 1, contribution);
                for (Subtree sum = tree.poll(); sum != null; sum = tree.poll()) {
                    pushes.add(session.push(step, sum, List.of(), null));
                }
            }
            return pushes;
        }

        private EncodedBatch batch(long step, int lane) {
            Random random = new Random(1000 * step + lane);
            EncodedBatch batch = new EncodedBatch(ROWS, model.features().numericWidth(), 1, 0);
            Categorical user = model.features().categorical().get(0);
            batch.rowCount = ROWS - lane % 2;
            for (int i = 0; i < batch.numeric.length; i++) {
                batch.numeric[i] = (float) random.nextGaussian();
            }
            for (int r = 0; r < ROWS; r++) {
                batch.categorical[0][r] = random.nextInt(user.tableRows());
                batch.actionId[r] = random.nextInt(model.actions());
                batch.propensity[r] = (float) (0.05 + 0.2 * random.nextDouble());
                batch.reward[r] = (float) random.nextGaussian();
            }
            return batch;
        }
    }
}
