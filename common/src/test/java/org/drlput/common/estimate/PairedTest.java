package org.drlput.common.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.drlput.common.estimate.PolicyEvaluator.Scorer;
import org.drlput.common.estimate.TestBlocks.Row;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two policies on the same rows. */
class PairedTest {
    private static final String FLOORS =
            "{minEffectiveSampleSize: 0, minRewardedRows: 0, maxUnsupportedShare: 1, segments: [{feature: country}]}";

    /** Always takes one action, but where {@code country} is another one. */
    private static Scorer policy(int action, int country, int there) {
        return (block, rows, from, count, out) -> {
            for (int i = 0; i < count; i++) {
                int taken = block.categorical()[0][rows[from + i]] == country ? there : action;
                for (int a = 0; a < TestBlocks.ACTIONS; a++) {
                    out[i * TestBlocks.ACTIONS + a] = a == taken ? 0.9f : 0.02f;
                }
            }
        };
    }

    private static Comparison compare(Scorer first, Scorer second, Row... rows) {
        return compare(first, second, List.of(TestBlocks.block(List.of(rows))));
    }

    private static Comparison compare(Scorer first, Scorer second, List<Block> blocks) {
        Experiment experiment = TestBlocks.experiment(FLOORS);
        return PolicyEvaluator.of(experiment, Kernels.named("plain"), EvaluationScope.HOLD_OUT, blocks)
                .compare(first, second, blocks);
    }

    private static double number(@Nullable Double value) {
        return Objects.requireNonNull(value);
    }

    @Test
    void theDifferenceByHand() {
        // us takes 1 in the first, 0 in the second; all others take 0 in both
        Comparison found = compare(
                policy(0, 0, 1),
                policy(0, 0, 0),
                new Row(Block.HELD_OUT, 0, 0, 1, 0.5, 3),
                new Row(Block.HELD_OUT, 0, 0, 0, 0.5, 1),
                new Row(Block.HELD_OUT, 0, 1, 0, 0.5, 2),
                new Row(Block.HELD_OUT, 0, 1, 0, 0.5, 4));

        // ips: (6 + 0 + 4 + 8) / 4 - (0 + 2 + 4 + 8) / 4, per row 6 -2 0 0
        PairedEstimates ips = found.by("ips");
        assertThat(ips.difference().value()).isEqualTo(1);
        double error = Math.sqrt((25 + 9 + 1 + 1) / 3.0 / 4);
        assertThat(number(ips.difference().high())).isCloseTo(1 + Linearized.Z95 * error, within(1e-12));
        assertThat(ips.gain().reason()).isNull();
        assertThat(number(ips.gain().value())).isCloseTo(1 / 3.5, within(1e-12));
        assertThat(ips.first().value().value()).isEqualTo(4.5);
        assertThat(ips.second().value().value()).isEqualTo(3.5);
        // (z.975 + z.8)² times the variance per row, over the difference squared
        assertThat(ips.rowsNeeded()).isEqualTo((long) Math.ceil(36 / 3.0 * 7.848879734349086));
        assertThat(found.segments())
                .extracting(s -> s.feature() + " " + s.label() + ": " + s.rows())
                .containsExactly("country us: 2", "country de: 2", "country other or missing: 0");
        PairedEstimates without = found.segments().get(2).by("ips");
        assertThat(without.gain().believable()).isFalse();
        assertThat(without.gain().reason()).isEqualTo("0 rows have no interval");
        assertThat(Objects.requireNonNull(found.segments().get(1).estimates().get("ips"))
                        .difference()
                        .value())
                .isZero();
        assertThat(found.reward()).isEqualTo(found.by("snips"));
        assertThat(found.outcomes().keySet()).containsExactly("revenue");
    }

    @Test
    void policiesThatDifferSeldomAreToldApartBetterThanTheirIntervalsSay() {
        Random random = new Random(3);
        Block block = TestBlocks.block(random.ints(30_000, 0, TestBlocks.ACTIONS)
                .mapToObj(action -> {
                    int country = random.nextInt(10) == 0 ? 0 : 1;
                    return new Row(
                            Block.HELD_OUT, 0, country, action, 1.0 / TestBlocks.ACTIONS, 2 + random.nextGaussian());
                })
                .toList());

        PairedEstimates found =
                compare(policy(0, 0, 1), policy(0, 0, 3), List.of(block)).by("snips");

        double paired =
                number(found.difference().high()) - number(found.difference().low());
        double alone = number(found.first().value().high())
                - number(found.first().value().low());
        assertThat(paired).isLessThan(0.6 * alone);
    }

    @Test
    void aPolicyDoesNotDifferFromItself() {
        PairedEstimates found = compare(policy(0, 0, 1), policy(0, 0, 1), List.of(TestBlocks.random(3000, 1)))
                .by("dr");

        assertThat(found.difference().value()).isZero();
        assertThat(found.difference().low()).isZero();
        assertThat(found.rowsNeeded()).isEqualTo(Long.MAX_VALUE);
    }
}
