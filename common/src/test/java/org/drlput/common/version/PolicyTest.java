package org.drlput.common.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.encode.InvalidRequestException;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.version.Policy.Decision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyTest {
    private static final Map<String, Object> REQUEST =
            Map.of("ctr", 0.3, "hour", 7, "country", "de", "user", 42L, "interests", List.of("cars", "art"));

    @TempDir
    Path root;

    private final Kernels kernels = Kernels.named("plain");

    /** Initial weights, the last layer's a hundred times as great: the states matter. */
    private Version version() {
        Parameters weights = TestVersions.initialWeights(
                ModelSpec.of(TestVersions.experiment()).tensors(), 3);
        float[] output = weights.values("output.weight");
        for (int i = 0; i < output.length; i++) {
            output[i] *= 100;
        }
        return Version.read(TestVersions.publish(root, TestVersions.YAML, weights, 2, 1500));
    }

    @Test
    void aRequestIsDecidedWithProbabilitiesAndHyperparameters() {
        Decision decision = Policy.of(version(), kernels, 1).decide(REQUEST);

        assertThat(decision.version()).isEqualTo(1500);
        assertThat(decision.probabilities()).hasSize(6);
        float sum = 0;
        for (float probability : decision.probabilities()) {
            sum += probability;
            assertThat(probability).isBetween(0f, (float) decision.probability());
        }
        assertThat(sum).isCloseTo(1, within(1e-6f));
        assertThat(decision.probability()).isEqualTo(decision.probabilities()[decision.actionId()]);
        assertThat(decision.hyperparameters().keySet()).containsExactly("w_click", "reserve");
        // mixed radix: w_click of [0, 0.1, 0.3], then reserve of [0, 10]
        assertThat(decision.hyperparameters().get("w_click"))
                .isEqualTo(new double[] {0, 0.1, 0.3}[decision.actionId() / 2]);
        assertThat(decision.hyperparameters().get("reserve")).isEqualTo(decision.actionId() % 2 == 0 ? 0 : 10);
    }

    @Test
    void decisionsStayAsTheyAreWhenTheNextIsMade() {
        Policy policy = Policy.of(version(), kernels, 1);
        Decision first = policy.decide(REQUEST);
        float[] before = first.probabilities().clone();
        Map<String, Object> other = new HashMap<>(REQUEST);
        other.put("ctr", 5);

        policy.decide(other);

        assertThat(first.probabilities()).isEqualTo(before);
        assertThat(policy.decide(REQUEST).probabilities()).isEqualTo(before);
    }

    @Test
    void requestsAndRowsOfABlockGetTheSameActions() {
        Policy policy = Policy.of(version(), kernels, 3);
        float[] ctr = {0.1f, Float.NaN, 3, -2, 0.4f, 9, -7};
        Block block = new Block(
                7,
                new byte[] {0, 1, Block.REJECTED, 0, 1, 0, 1},
                new float[][] {ctr, {1, 2, 3, 4, 5, 6, 7}},
                new int[][] {{0, 1, 2, 0, 1, 2, 0}, new int[7]},
                new int[][] {new int[8]},
                new int[][] {{}},
                new int[7],
                new double[7],
                new double[1][7],
                new long[1][0]);
        String[] countries = {"us", "de", "elsewhere"};
        // the word whose bucket is row 0
        long user = 0;
        while (org.drlput.common.feature.CategoryTable.of(
                                version().model().features().categorical().get(1))
                        .row(user, new byte[20])
                != 0) {
            user++;
        }

        int[] greedy = policy.greedy(block);

        List<Integer> decided = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            Map<String, Object> request = new HashMap<>();
            request.put("ctr", ctr[i]);
            request.put("hour", i + 1);
            request.put("country", countries[block.categorical()[0][i]]);
            request.put("user", user);
            decided.add(i == 2 ? -1 : policy.decide(request).actionId());
        }
        assertThat(greedy)
                .containsExactly(decided.stream().mapToInt(Integer::intValue).toArray());
        assertThat(decided.stream().distinct().count()).isGreaterThan(2);
    }

    @Test
    void batchesEncodedByItsEncoderGetTheSameProbabilities() {
        Policy policy = Policy.of(version(), kernels, 4);
        EncodedBatch batch = policy.encoder().newBatch(4);
        policy.encoder().encodeRequest(REQUEST, batch);
        policy.encoder().encodeRequest(Map.of("hour", 3), batch);
        float[] out = new float[12];

        policy.probabilities(batch, out);

        assertThat(java.util.Arrays.copyOf(out, 6))
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(policy.decide(REQUEST).probabilities());
        assertThat(java.util.Arrays.copyOfRange(out, 6, 12))
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(policy.decide(Map.of("hour", 3)).probabilities());
    }

    @Test
    void aRequestThatCanNotBeReadIsRefusedWithEveryProblemAndTheNextIsDecided() {
        Policy policy = Policy.of(version(), kernels, 1);
        Map<String, Object> request = new HashMap<>(REQUEST);
        request.remove("hour");
        request.put("ctr", "often");
        request.put("contry", "de");
        float[] before = policy.decide(REQUEST).probabilities();

        assertThatThrownBy(() -> policy.decide(request))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("feature 'contry' is none of this policy's; did you mean 'country'?")
                .hasMessageContaining("feature 'ctr' is 'often' (String): expected a number")
                .hasMessageContaining("feature 'hour' is missing: expected a number");
        assertThat(policy.decide(REQUEST).probabilities()).isEqualTo(before);
    }

    @Test
    void probabilitiesThatOverflowAreNoDecision() {
        Parameters weights = TestVersions.initialWeights(
                ModelSpec.of(TestVersions.experiment()).tensors(), 3);
        java.util.Arrays.fill(weights.values("layer1.gamma"), 1e38f);
        java.util.Arrays.fill(weights.values("output.weight"), 1e38f);
        Version version = Version.read(TestVersions.publish(root, TestVersions.YAML, weights, 1, 9));

        assertThatThrownBy(() -> Policy.of(version, kernels, 1).decide(Map.of("hour", 3)))
                .isInstanceOf(VersionException.class)
                .hasMessage("version 9: probabilities are not finite for request {hour=3}: use another version");
    }
}
