package org.drlput.common.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;
import org.drlput.common.log.Block;
import org.drlput.common.reward.RewardComposite;
import org.junit.jupiter.api.Test;

final class MarketLogTest {
    private static final int ROWS = 200_000;

    private final Market market = SimulatedLogs.market(1);

    @Test
    void theLogHasTheseColumnsAndNoLatent() {
        assertThat(MarketTable.log(market).schema().getFields().stream().map(Field::toString))
                .containsExactly(
                        "request_id: Utf8 not null",
                        "event_time: Timestamp(MICROSECOND, UTC) not null",
                        "user_id: Utf8 not null",
                        "ctr_30d: FloatingPoint(SINGLE)",
                        "activity: FloatingPoint(SINGLE)",
                        "session_depth: FloatingPoint(SINGLE)",
                        "hour: FloatingPoint(SINGLE)",
                        "country: Utf8 not null",
                        "device: Utf8 not null",
                        "user: Utf8 not null",
                        "interests: List<item: Utf8 not null> not null",
                        "action_id: Int(32, true) not null",
                        "propensity: FloatingPoint(DOUBLE) not null",
                        "explored: Bool not null",
                        "revenue: FloatingPoint(DOUBLE) not null",
                        "click: Int(32, true) not null",
                        "long_click: Int(32, true) not null",
                        "conversion: Int(32, true) not null",
                        "conversion_delay_ms: Int(64, true)");
    }

    @Test
    void actionsAreDrawnUniformlyWhateverTheRequest() {
        int k = market.actions().size();
        LogRows rows = MarketLog.of(market, 0).rows(0, ROWS);
        double[][] counts = new double[2][k];
        for (int row = 0; row < ROWS; row++) {
            counts[rows.ctr30d[row] > 0.05 ? 1 : 0][rows.actionId[row]]++;
        }
        for (double[] half : counts) {
            double mean = Arrays.stream(half).sum() / k;
            double chiSquare =
                    Arrays.stream(half).map(n -> (n - mean) * (n - mean) / mean).sum();
            // K - 1 = 124 degrees of freedom: deviation 15.7; five of them
            assertThat(chiSquare).isCloseTo(k - 1, within(79.0));
        }
        for (Block block : MarketLog.of(market, 0).blocks(1000)) {
            assertThat(block.propensity()).containsOnly(1.0 / k);
        }
    }

    @Test
    void rewardsAreWhatTheTruthExpects() {
        TestStates truth = TestStates.of(market, 0, 2048);
        RewardComposite composite = RewardComposite.of(market.experiment().reward());
        double[] rewards = new double[Block.MAX_ROWS];
        double sum = 0;
        double squares = 0;
        for (Block block : MarketLog.of(market, 0).blocks(ROWS)) {
            composite.compute(block, rewards);
            for (int row = 0; row < block.rowCount(); row++) {
                sum += rewards[row];
                squares += rewards[row] * rewards[row];
            }
        }
        double mean = sum / ROWS;
        double deviation = Math.sqrt(squares / ROWS - mean * mean);
        double standardError =
                Math.hypot(deviation / Math.sqrt(ROWS), truth.uniform().standardError());
        assertThat(mean).isCloseTo(truth.uniform().value(), within(4 * standardError));
        // the error of a deviation is about deviation / sqrt(2 n), more for long tails
        assertThat(truth.uniformDeviation()).isCloseTo(deviation, within(0.03));
    }

    @Test
    void rowsOfOneActionAreWorthItsTrueValue() {
        TestStates truth = TestStates.of(market, 0, 2048);
        RewardComposite composite = RewardComposite.of(market.experiment().reward());
        double[] rewards = new double[Block.MAX_ROWS];
        double[][] sums = new double[market.actions().size()][3];
        for (Block block : MarketLog.of(market, 0).blocks(ROWS)) {
            composite.compute(block, rewards);
            for (int row = 0; row < block.rowCount(); row++) {
                double[] sum = sums[block.actionId()[row]];
                sum[0]++;
                sum[1] += rewards[row];
                sum[2] += rewards[row] * rewards[row];
            }
        }
        double chiSquare = 0;
        for (int a = 0; a < sums.length; a++) {
            double mean = sums[a][1] / sums[a][0];
            double variance = (sums[a][2] / sums[a][0] - mean * mean) / sums[a][0];
            PolicyValue value = truth.value(a);
            double difference = mean - value.value();
            chiSquare += difference * difference / (variance + value.standardError() * value.standardError());
        }
        // 125 squares of standard normal numbers, a little correlated through the truth's states: five deviations
        assertThat(chiSquare).isCloseTo(sums.length, within(80.0));
    }

    @Test
    void anyPartOfALogIsTheSameRows() {
        MarketLog log = MarketLog.of(market, 0);
        LogRows whole = log.rows(0, 1000);
        LogRows part = log.rows(400, 100);
        for (int i = 0; i < 100; i++) {
            assertThat(part.requestKey[i]).isEqualTo(whole.requestKey[400 + i]);
            assertThat(part.actionId[i]).isEqualTo(whole.actionId[400 + i]);
            assertThat(part.revenue[i]).isEqualTo(whole.revenue[400 + i]);
            assertThat(part.delayMillis[i]).isEqualTo(whole.delayMillis[400 + i]);
        }
    }

    @Test
    void logsTrafficAndTestStatesShareNoRequest() {
        List<LogRows> streams = new ArrayList<>();
        streams.add(MarketLog.of(market, 0).features(0, ROWS));
        streams.add(MarketLog.of(market, 1).features(0, ROWS));
        streams.add(MarketLog.of(SimulatedLogs.market(2), 0).features(0, ROWS));
        streams.add(MarketLog.traffic(market).features(0, ROWS));
        streams.add(TestStates.of(market, 0, 1000).rows(0, 1000));
        streams.add(TestStates.of(market, 1, 1000).rows(0, 1000));
        Set<Long> keys = new HashSet<>();
        int rows = 0;
        for (LogRows stream : streams) {
            for (long key : stream.requestKey) {
                keys.add(key);
            }
            rows += stream.rowCount;
        }
        // of 802,000 keys of 64 bits, two are equal by chance once in 57 million
        assertThat(keys).hasSize(rows);
    }

    @Test
    void blocksAreHeldOutAsTheExperimentSaysOrWhole() {
        MarketLog log = MarketLog.of(market, 0);
        int heldOut = 0;
        int rows = 0;
        for (Block block : log.blocks(40_000)) {
            for (byte state : block.rowState()) {
                heldOut += state == Block.HELD_OUT ? 1 : 0;
                rows++;
            }
        }
        assertThat(rows).isEqualTo(40_000);
        // share 0.1: deviation 60 rows
        assertThat(heldOut).isCloseTo(4000, within(300));
        Iterator<Block> all = log.holdout(20_000).iterator();
        assertThat(all.next().rowState()).hasSize(Block.MAX_ROWS).containsOnly(Block.HELD_OUT);
        assertThat(all.next().rowState()).hasSize(20_000 - Block.MAX_ROWS).containsOnly(Block.HELD_OUT);
        assertThat(all.hasNext()).isFalse();
        assertThatThrownBy(all::next).isInstanceOf(NoSuchElementException.class);
    }
}
