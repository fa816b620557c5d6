package org.drlput.common.delay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.Block;
import org.drlput.common.simulate.Behaviour;
import org.drlput.common.simulate.LogKind;
import org.drlput.common.simulate.LogSimulator;
import org.drlput.common.simulate.Market;
import org.drlput.common.simulate.MarketLog;
import org.junit.jupiter.api.Test;

class DelayCorrectionTest {
    private static final long WINDOW = 100_000;

    @Test
    void seenOutcomesCountMoreTheShorterTheyWereWatchedFor() {
        DelaySample sample = new DelaySample(WINDOW);
        for (int i = 0; i < 100; i++) {
            sample.add(i * 1000L, WINDOW);
        }
        DelayCorrection correction = new DelayCorrection(0, sample, 1_000_000);

        assertThat(correction.factor(900_000)).isCloseTo(1, within(1e-9));
        assertThat(correction.factor(0))
                .as("watched for longer than the window")
                .isCloseTo(1, within(1e-9));
        assertThat(correction.factor(950_000)).isCloseTo(2, within(0.1));
        assertThat(correction.factor(999_999)).isEqualTo(DelayCorrection.MAX_FACTOR);
        assertThat(correction.factor(2_000_000))
                .as("later than the end of watching")
                .isEqualTo(20);
    }

    @Test
    void rowsWithoutTheOutcomeAndRejectedOnesStay() {
        DelaySample sample = new DelaySample(WINDOW);
        sample.add(90_000, WINDOW);
        sample.add(10_000, WINDOW);
        Block block = new Block(
                3,
                new byte[] {Block.TRAIN, Block.HELD_OUT, Block.REJECTED},
                new float[0][],
                new int[0][],
                new int[0][],
                new int[0][],
                new int[3],
                new double[] {1, 1, 1},
                new double[][] {{0, 3, 7}},
                new long[][] {{-1, 10_000, 10_000}});

        new DelayCorrection(0, sample, WINDOW).apply(block, new long[] {50_000, 50_000, 50_000});

        assertThat(block.outcomes()[0]).containsExactly(0, 6, 7);
    }

    @Test
    void rowsCountByHowMuchOfTheirOutcomesCanBeKnown() {
        DelaySample sample = new DelaySample(WINDOW);
        long[] times = new long[200];
        for (int i = 0; i < times.length; i++) {
            times[i] = i * 1000L;
            // every request has an outcome, after a delay that is spread evenly over the window
            long delay = i * 37 % 100 * 1000L;
            long watched = 200_000 - times[i];
            sample.add(delay <= watched ? delay : -1, watched);
        }
        DelayCorrection correction = new DelayCorrection(0, sample, 200_000);

        double mean =
                Arrays.stream(times).mapToDouble(correction::weight).average().orElseThrow();

        assertThat(mean).isCloseTo(1, within(0.01));
        assertThat(correction.weight(0)).isEqualTo(correction.weight(90_000));
        assertThat(correction.weight(150_000))
                .as("one that half of the outcomes have come of")
                .isCloseTo(correction.weight(0) / 2, within(0.1));
        assertThat(correction.weight(199_000) * correction.factor(199_000))
                .as("an outcome counts for the same, whenever it was seen")
                .isCloseTo(correction.weight(0), within(1e-9));
    }

    /** On the market, where the delay is known: the corrected log has as many conversions as the one that was watched to the end. */
    @Test
    void onAverageNothingIsMissingAnyMore() {
        Experiment experiment = ExperimentLoader.parse(
                new String(LogSimulator.defaultExperiment(), java.nio.charset.StandardCharsets.UTF_8), "demo.yaml");
        Market market = Market.of(experiment, 1);
        int rows = 100_000;
        int conversion = 2;
        long window = 86_400_000;
        long start = 1_767_225_600_000L;
        MarketLog cut = MarketLog.of(market, 0, new LogKind(new Behaviour.Uniform(), 1, true), rows);
        MarketLog whole = MarketLog.of(market, 0);
        // requests are evenly spread over 1.4 days but for the season of the day: near enough for a test
        double millisPerRow = 86_400_000.0 / 71_429;
        long until = start + (long) (rows * millisPerRow);
        DelaySample sample = new DelaySample(window);
        double expected = 0;
        double naive = 0;
        for (Block block : whole.blocks(rows)) {
            for (int row = 0; row < block.rowCount(); row++) {
                long delay = block.delayMillis()[conversion][row];
                expected += delay >= 0 && delay <= window ? block.outcomes()[conversion][row] : 0;
            }
        }
        long first = 0;
        for (Block block : cut.blocks(rows)) {
            for (int row = 0; row < block.rowCount(); row++) {
                long time = start + (long) ((first + row) * millisPerRow);
                sample.add(block.delayMillis()[conversion][row], until - time);
            }
            first += block.rowCount();
        }
        DelayCorrection correction = new DelayCorrection(conversion, sample, until);
        double corrected = 0;
        first = 0;
        for (Block block : cut.blocks(rows)) {
            long[] times = new long[block.rowCount()];
            for (int row = 0; row < times.length; row++) {
                times[row] = start + (long) ((first + row) * millisPerRow);
            }
            boolean[] inTime = new boolean[times.length];
            for (int row = 0; row < times.length; row++) {
                long delay = block.delayMillis()[conversion][row];
                inTime[row] = delay >= 0 && delay <= window;
                naive += inTime[row] ? block.outcomes()[conversion][row] : 0;
            }
            correction.apply(block, times);
            double[] values = block.outcomes()[conversion];
            for (int row = 0; row < times.length; row++) {
                values[row] = inTime[row] ? values[row] : 0;
            }
            corrected += Arrays.stream(values).sum();
            first += times.length;
        }

        assertThat(naive / expected).isLessThan(0.75);
        assertThat(corrected / expected).isBetween(0.96, 1.04);
    }
}
