package org.drlput.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.drlput.common.client.RowSelection;
import org.drlput.common.client.RunFence;
import org.drlput.common.client.TrainingSession;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.SummationTree.Subtree;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fifty million weights: far more than one message takes. */
class LargeModelTest {
    private static final int TABLE_ROWS = 2_400_000;
    private static final String YAML = """
            formatVersion: 1
            name: large
            features:
              - {name: user, type: categorical, hashBuckets: 2400000, dimension: 16}
            actions:
              hyperparameters:
                - {name: a, levels: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], production: 1}
                - {name: b, levels: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], production: 1}
            reward:
              active: R0
              outcomes: {revenue: {column: revenue}}
              variants: {R0: {revenue: 1}}
            network: {hidden: [4096, 2816], batchNorm: false}
            training: {rowsPerStep: 64, microBatches: 8}
            optimizer: {type: sgd, learningRate: 0.5, schedule: constant, clipGradient: 0}
            versions: {everySteps: 1000}
            """;

    @TempDir
    Path data;

    @Test
    void aStepOfFiftyMillionWeightsGoesBothWays() {
        TestRun run = TestRun.of("large", YAML, 5);
        List<TensorSpec> tensors = run.tensors();
        assertThat(tensors.stream().mapToLong(TensorSpec::size).sum()).isGreaterThan(50_000_000L);
        int wide = tensors.stream().map(TensorSpec::name).toList().indexOf("layer1.weight");
        int last = tensors.get(wide).size() - 1;
        try (TestServers servers = new TestServers(data, 2)) {
            RunFence fence = run.fence(1, servers.client().open(run.openRequest(1, 1, 2)));
            TrainingSession session = servers.client().session(fence, tensors);
            RowSelection rows = new RowSelection(tensors);
            rows.add(0, 7);
            rows.add(0, TABLE_ROWS - 1);
            Parameters weights = new Parameters(tensors);
            var unused = session.pull(0, rows, weights);
            float[] table = weights.values(0);
            float[] dense = weights.values(wide);
            float first = dense[0];
            float end = dense[last];
            float row = table[7 * 16];
            assertThat(row).isNotZero();
            assertThat(table[8 * 16]).as("a row that nobody asked for").isZero();

            Contribution sum = new Contribution(tensors);
            sum.metrics().rows = 1;
            sum.dense(wide)[0] = 1;
            sum.dense(wide)[last] = -2;
            float[] gradient = new float[16];
            gradient[0] = 4;
            sum.sparse(0).addRow(7, gradient, 0);
            session.push(0, new Subtree(0, 8, sum), List.of(), null).join();
            assertThat(session.pull(1, rows, weights).seen().rows()).isEqualTo(1);
            assertThat(dense[0]).isEqualTo(first + 0.5f);
            assertThat(dense[last]).isEqualTo(end - 1f);
            assertThat(table[7 * 16]).isEqualTo(row + 2f);

            rows.addAll();
            assertThat(session.pull(1, rows, weights).steps()).isEqualTo(1);
            assertThat(table[8 * 16]).as("all rows").isNotZero();
            assertThat(table[TABLE_ROWS * 16 - 1]).isNotZero();
        }
    }
}
