package org.drlput.common.version;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTest {
    @TempDir
    Path root;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64})
    void aVersionIsReadAsItWasPublishedByAnyNumberOfShards(int shards) {
        List<TensorSpec> tensors = ModelSpec.of(TestVersions.experiment()).tensors();
        Parameters weights = TestVersions.initialWeights(tensors, 5);

        Version version = Version.read(TestVersions.publish(root, TestVersions.YAML, weights, shards, 1500));

        for (int t = 0; t < tensors.size(); t++) {
            assertThat(version.weights().values(t)).isEqualTo(weights.values(t));
        }
        assertThat(version.experiment()).isEqualTo(TestVersions.experiment());
        assertThat(version.statistics()).isEqualTo(TestVersions.statistics(version.experiment()));
        assertThat(version.model()).isEqualTo(ModelSpec.of(version.experiment()));
        assertThat(version.manifest().version()).isEqualTo(1500);
    }

    @Test
    void weightsSha256DoesNotDependOnTheNumberOfShards() {
        String one = Version.read(TestVersions.publish(root.resolve("a"), 1, 7))
                .manifest()
                .weightsSha256();
        String three = Version.read(TestVersions.publish(root.resolve("b"), 3, 7))
                .manifest()
                .weightsSha256();

        assertThat(three).isEqualTo(one);
    }
}
