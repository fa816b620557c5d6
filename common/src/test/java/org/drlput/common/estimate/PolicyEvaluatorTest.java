package org.drlput.common.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.version.Policy;
import org.drlput.common.version.TestVersions;
import org.drlput.common.version.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyEvaluatorTest {
    @TempDir
    Path root;

    private final Kernels kernels = Kernels.named("plain");

    @Test
    void aVersionIsJudgedByTheRowsThatWereHeldOut() {
        Version version = Version.read(TestVersions.publish(root, 2, 1500));
        List<Block> blocks = List.of(TestBlocks.random(3000, 1), TestBlocks.random(700, 2));
        PolicyEvaluator evaluator = PolicyEvaluator.of(version.experiment(), kernels, EvaluationScope.HOLD_OUT, blocks);

        Evaluation evaluation = evaluator.evaluate(version, blocks);

        Policy policy = Policy.of(version, kernels, 100);
        long matched = 0;
        long rows = 0;
        for (Block block : blocks) {
            int[] greedy = policy.greedy(block);
            for (int i = 0; i < block.rowCount(); i++) {
                boolean heldOut = block.rowState()[i] == Block.HELD_OUT;
                rows += heldOut ? 1 : 0;
                matched += heldOut && greedy[i] == block.actionId()[i] ? 1 : 0;
            }
        }
        assertThat(evaluation.rows()).isEqualTo(rows);
        assertThat(evaluation.version()).isEqualTo(1500);
        assertThat(evaluation.relativeGain().estimator()).isEqualTo("snips");
        assertThat(evaluation.relativeGain().matchedRows()).isEqualTo(matched);
        assertThat(evaluation.relativeGain().believable()).isTrue();
        assertThat(evaluation.segments()).hasSize(4 + 1 + 3);
        assertThat(Evaluation.fromJson(evaluation.toJson(), "1500.json")).isEqualTo(evaluation);
    }
}
