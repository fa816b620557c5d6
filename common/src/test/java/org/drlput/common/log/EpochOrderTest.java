package org.drlput.common.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.Experiment.Mode;
import org.drlput.common.experiment.Experiment.Training;
import org.drlput.common.log.EpochOrder.Piece;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EpochOrderTest {
    private static Training training(int rowsPerStep, int microBatches, boolean shuffle, long seed) {
        return new Training(Mode.STEP, 0, 2, rowsPerStep, microBatches, 3, 0, shuffle, seed, 1000, 0.01);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 8, 64",
        "7, 8, 64",
        "16384, 8, 1024",
        "16385, 8, 1024",
        "50000, 8, 8",
        "50001, 16, 1024",
        "65537, 64, 4096",
        "131072, 256, 256",
        "100000, 8, 65536"
    })
    void anEpochTakesEveryRowExactlyOnce(long rows, int microBatches, int rowsPerStep) {
        for (boolean shuffle : new boolean[] {true, false}) {
            EpochOrder order = new EpochOrder(rows, training(rowsPerStep, microBatches, shuffle, 5));
            for (int epoch = 0; epoch < 3; epoch++) {
                BitSet seen = new BitSet();
                Map<Long, int[]> rowOrders = new HashMap<>();
                for (long step = 0; step < order.plan().stepsPerEpoch(); step++) {
                    for (int lane = 0; lane < microBatches; lane++) {
                        take(order, epoch, step, lane, rowsPerStep / microBatches, seen, rowOrders);
                    }
                }
                assertThat(seen.cardinality()).isEqualTo(rows);
                for (int lane = 0; lane < microBatches; lane++) {
                    assertThat(order.ticket(epoch, order.plan().stepsPerEpoch(), lane))
                            .isEmpty();
                }
            }
        }
    }

    private static void take(
            EpochOrder order, int epoch, long step, int lane, int most, BitSet seen, Map<Long, int[]> rowOrders) {
        int rows = 0;
        boolean again = false;
        for (Piece piece : order.ticket(epoch, step, lane)) {
            int[] rowOrder = rowOrders.computeIfAbsent(piece.block(), block -> {
                int[] out = new int[order.rowsOf(block)];
                order.rowOrder(epoch, block, out.length, out);
                return out;
            });
            for (int i = piece.first(); i < piece.first() + piece.count(); i++) {
                int row = Math.toIntExact(piece.block() * Block.MAX_ROWS + rowOrder[i]);
                again |= seen.get(row);
                seen.set(row);
                rows++;
            }
        }
        assertThat(again).isFalse();
        assertThat(rows).isLessThanOrEqualTo(most);
    }

    @Test
    void withoutShufflingALaneIsItsPartOfTheLogs() {
        EpochOrder order = new EpochOrder(40_000, training(8000, 8, false, 1));

        assertThat(order.ticket(0, 0, 3)).containsExactly(new Piece(0, 15_000, 1000));
        assertThat(order.ticket(2, 1, 3)).containsExactly(new Piece(0, 16_000, 384), new Piece(1, 0, 616));
        assertThat(order.ticket(0, 4, 7)).containsExactly(new Piece(2, 39_000 - 32_768, 1000));
        assertThat(order.ticket(0, 5, 7)).isEmpty();
    }

    @Test
    void seedAndEpochEachChangeTheOrder() {
        int[] first = rowOrder(1, 0, 0);
        assertThat(rowOrder(1, 0, 0)).isEqualTo(first);
        assertThat(rowOrder(2, 0, 0)).isNotEqualTo(first);
        assertThat(rowOrder(1, 1, 0)).isNotEqualTo(first);
        assertThat(rowOrder(1, 0, 1)).isNotEqualTo(first);
    }

    private static int[] rowOrder(long seed, int epoch, long block) {
        int[] out = new int[1000];
        new EpochOrder(1_000_000, training(64, 8, true, seed)).rowOrder(epoch, block, 1000, out);
        return out;
    }

    /** Golden, by another program after this class's text: the order is part of what makes a run repeatable, so it must never change by accident. */
    @Test
    void theOrderIsPinned() {
        EpochOrder order = new EpochOrder(100_000, training(1024, 8, true, 1));
        int[] rows = new int[8];
        order.rowOrder(0, 0, 8, rows);

        assertThat(order.ticket(0, 0, 0)).isEqualTo(List.of(new Piece(GOLDEN_BLOCK, 0, 128)));
        assertThat(rows).containsExactly(GOLDEN_ROWS);
    }

    private static final long GOLDEN_BLOCK = 3;
    private static final int[] GOLDEN_ROWS = {6, 1, 0, 2, 4, 5, 7, 3};

    @Test
    void everyPermutationOfThreeIsAboutAsFrequent() {
        int[] counts = new int[27];
        int[] out = new int[3];
        int draws = 60_000;
        for (int i = 0; i < draws; i++) {
            new SplitMix64(3, i, 0).permutation(3, out);
            counts[out[0] * 9 + out[1] * 3 + out[2]]++;
        }
        int used = 0;
        for (int count : counts) {
            if (count > 0) {
                used++;
                // binomial, p = 1/6: 6 standard deviations = 548
                assertThat(count).isBetween(draws / 6 - 548, draws / 6 + 548);
            }
        }
        assertThat(used).isEqualTo(6);
    }

    @Test
    void asAReferenceTheGeneratorIsJavasSplittableRandom() {
        // SplittableRandom(s).nextLong() is mix(s + gamma), the first draw of a stream whose state is s
        assertThat(new java.util.SplittableRandom(42).nextLong())
                .isEqualTo(SplitMix64.ofState(42).next());
    }
}
