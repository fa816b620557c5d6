package org.drlput.common.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.tensor.TensorSpec.Role;
import org.drlput.common.version.TestVersions;

/** Versions whose every tensor matters: nothing is 0 or 1, and probabilities are far from uniform. */
final class ExportedVersions {
    /** Kinds of numbers, tables and bags, with and without a vocabulary, summed and not. */
    static final String EVERY_KIND = TestVersions.YAML.replace(
            "  - {name: interests, type: multiCategorical, hashBuckets: 20, dimension: 4}\n", """
              - {name: interests, type: multiCategorical, hashBuckets: 20, dimension: 4, pooling: sum}
              - {name: topics, type: multiCategorical, vocabulary: [cars, art, food], dimension: 3}
              - {name: age, type: numeric, missing: zero}
              - {name: weekday, type: numeric, missing: mean, period: 7}
            """);

    private ExportedVersions() {}

    /** Names of the files in {@code examples}. */
    static Stream<String> examples() {
        return Stream.of("ad-market.yaml", "demo.yaml", "heavy-users.yaml", "late-conversions.yaml", "season.yaml");
    }

    static String example(String name) {
        try {
            return Files.readString(Path.of("..", "examples", name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path publish(Path root, String yaml, long version) {
        ModelSpec model = ModelSpec.of(
                ExperimentLoader.parse(yaml.getBytes(java.nio.charset.StandardCharsets.UTF_8), "test.yaml"));
        return TestVersions.publish(root, yaml, weights(model, version), 2, version);
    }

    private static Parameters weights(ModelSpec model, long seed) {
        Parameters weights = TestVersions.initialWeights(model.tensors(), seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (TensorSpec tensor : model.tensors()) {
            float[] values = weights.values(tensor.name());
            for (int i = 0; i < values.length; i++) {
                if (tensor.name().equals("output.weight")) {
                    values[i] *= 100;
                } else if (tensor.columns() == 1) {
                    values[i] += (float) random.nextDouble(-0.5, 0.5);
                } else if (tensor.role() == Role.STATISTIC) {
                    values[i] = (float) random.nextDouble(0.2, 1.5);
                } else if (tensor.role() == Role.EMBEDDING) {
                    values[i] = (float) random.nextDouble(-1, 1);
                }
            }
        }
        return weights;
    }
}
