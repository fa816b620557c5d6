package org.drlput.common.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.tensor.TensorSpec;
import org.junit.jupiter.api.Test;

class ModelSpecTest {
    private static final String EXPERIMENT = """
            formatVersion: 1
            name: shapes
            features:
              - {name: interests, type: multiCategorical, hashBuckets: 50, dimension: 3, pooling: sum}
              - {name: hour, type: numeric, period: 24, missing: mean}
              - {name: country, type: categorical, vocabulary: [us, de], dimension: 2}
              - {name: ctr, type: numeric}
            actions:
              hyperparameters:
                - {name: w_click, levels: [0, 1, 2, 3], groups: 2, production: 1}
                - {name: w_save, tiedTo: w_click, levels: [0, 2, 4, 6], production: 2}
                - {name: reserve_price, levels: [0, 0.1, 0.2], production: 0}
            reward:
              active: R0
              outcomes: {revenue: {column: revenue}}
              variants: {R0: {revenue: 1}}
            network: {hidden: [8, 4], batchNorm: %s, batchNormMomentum: 0.2}
            """;

    @Test
    void tensorsOfAnExperimentStandInTheDocumentedOrder() {
        ModelSpec model = ModelSpec.of(experiment(true));

        assertThat(model.actions()).isEqualTo(6);
        assertThat(model.batchNormMomentum()).isEqualTo(0.2);
        assertThat(model.tensors().stream().map(ModelSpecTest::text))
                .containsExactly(
                        "embedding.country [3, 2] EMBEDDING",
                        "embedding.interests [50, 3] EMBEDDING",
                        // hour: sine, cosine, missing; ctr; country; interests
                        "layer0.weight [9, 8] DENSE",
                        "layer0.gamma [8, 1] DENSE_NO_DECAY",
                        "layer0.beta [8, 1] DENSE_NO_DECAY",
                        "layer0.statistics [8, 2] STATISTIC",
                        "layer1.weight [8, 4] DENSE",
                        "layer1.gamma [4, 1] DENSE_NO_DECAY",
                        "layer1.beta [4, 1] DENSE_NO_DECAY",
                        "layer1.statistics [4, 2] STATISTIC",
                        "output.weight [4, 6] DENSE",
                        "output.bias [6, 1] DENSE_NO_DECAY");
    }

    @Test
    void withoutBatchNormALayerHasABias() {
        assertThat(ModelSpec.of(experiment(false)).tensors().stream().map(ModelSpecTest::text))
                .contains("layer0.bias [8, 1] DENSE_NO_DECAY", "layer1.bias [4, 1] DENSE_NO_DECAY")
                .noneMatch(tensor -> tensor.contains("gamma") || tensor.contains("statistics"));
    }

    private static Experiment experiment(boolean batchNorm) {
        return ExperimentLoader.parse(EXPERIMENT.formatted(batchNorm), "shapes.yaml");
    }

    private static String text(TensorSpec tensor) {
        return "%s [%d, %d] %s".formatted(tensor.name(), tensor.rows(), tensor.columns(), tensor.role());
    }
}
