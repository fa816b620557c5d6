package org.drlput.common.bias;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.drlput.common.bias.Bias.FeatureDistance;
import org.drlput.common.bias.Bias.SegmentShare;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.Block;
import org.drlput.common.simulate.Behaviour;
import org.drlput.common.simulate.LogKind;
import org.drlput.common.simulate.LogSimulator;
import org.drlput.common.simulate.Market;
import org.drlput.common.simulate.MarketLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the market, whose heavy users, the most active fifth, can be logged as often as one likes. */
class TrafficComparisonTest {
    private static final int ROWS = 60_000;

    private final Experiment experiment =
            ExperimentLoader.parse(new String(LogSimulator.defaultExperiment(), StandardCharsets.UTF_8), "demo.yaml");
    private final Market market = Market.of(experiment, 1);
    private final List<Block> traffic = blocks(7, 1);

    private List<Block> blocks(long stream, double heavyUsers) {
        LogKind kind = new LogKind(new Behaviour.Uniform(), heavyUsers, false);
        List<Block> blocks = new ArrayList<>();
        MarketLog.of(market, stream, kind, ROWS).blocks(ROWS).forEach(blocks::add);
        return blocks;
    }

    private Bias compare(List<Block> logs) {
        TrafficComparison comparison = TrafficComparison.with(experiment, traffic);
        logs.forEach(comparison::add);
        return comparison.result(null);
    }

    private static FeatureDistance of(Bias bias, String feature) {
        return bias.features().stream()
                .filter(f -> f.feature().equals(feature))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void logsOfAllTrafficDoNotDiffer() {
        Bias bias = compare(blocks(0, 1));

        assertThat(bias.logRows()).isEqualTo(ROWS);
        assertThat(bias.features()).extracting(FeatureDistance::feature).hasSize(8);
        assertThat(bias.features()).allSatisfy(f -> {
            // 30,000 rows a half: a standard error of at most 0.003, whatever the number of bins
            assertThat(f.value()).isCloseTo(0, within(0.012));
            assertThat(f.high() - f.low()).isLessThan(0.02);
        });
        assertThat(bias.features().stream().filter(FeatureDistance::differs)).hasSizeLessThan(2);
        assertThat(bias.segments()).isEmpty();
    }

    @Test
    void theFeatureThatWasChosenByStandsOutWithItsSegments() {
        Bias bias = compare(blocks(0, 3));
        FeatureDistance activity = of(bias, "activity");

        // a good fifth becomes three parts of seven: the distance is about 3/7 - 1/5
        assertThat(bias.features().get(0)).isEqualTo(activity);
        assertThat(activity.value()).isCloseTo(3.0 / 7 - 0.2, within(0.02));
        assertThat(activity.low()).isLessThan(activity.value());
        assertThat(of(bias, "country").differs()).isFalse();
        assertThat(of(bias, "hour").differs()).isFalse();
        assertThat(bias.segments()).allSatisfy(s -> assertThat(s.feature()).isEqualTo("activity"));
        SegmentShare first = bias.segments().get(0);
        assertThat(first.ratio()).isCloseTo(15.0 / 7, within(0.1));
        assertThat(first.low()).isLessThan(first.ratio());
        assertThat(bias.segments().stream().filter(s -> s.ratio() < 1)).hasSizeGreaterThan(5);
    }

    @Test
    void weightsMakeTheLogsLikeAllTraffic() {
        List<Block> logs = blocks(0, 3);

        TrafficWeights weights = TrafficWeights.fit(experiment, traffic, logs, 10);

        double heavy = 0;
        double all = 0;
        double rows = 0;
        for (Block block : logs) {
            Block weighted = weights.weighted(block);
            for (int row = 0; row < block.rowCount(); row++) {
                double w = weighted.rowWeight(row);
                heavy += block.numeric()[1][row] >= 24.2 ? w : 0;
                all += w;
                rows++;
            }
        }
        assertThat(all / rows).as("mean weight").isCloseTo(1, within(0.01));
        assertThat(heavy / all).isCloseTo(0.21, within(0.01));
        assertThat(weights.summary().features()).contains("activity", "country").doesNotContain("user", "interests");
        assertThat(weights.summary().distanceLeft()).isLessThan(0.001);
        assertThat(weights.summary().capped()).isZero();
        assertThat(weights.summary().effectiveShare()).isBetween(0.7, 0.95);
    }

    @Test
    void noRowCountsMoreThanItMay() {
        List<Block> logs = blocks(0, 50);

        TrafficWeights weights = TrafficWeights.fit(experiment, traffic, logs, 3);

        assertThat(weights.summary().largest()).isEqualTo(3);
        assertThat(weights.summary().capped()).isPositive();
        for (double weight : weights.weighted(logs.get(0)).weight()) {
            assertThat(weight).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void theFileReadsBackAsItWasWritten(@TempDir Path directory) throws IOException {
        Bias bias = compare(blocks(0, 3));
        Path file = Files.write(directory.resolve(Bias.NAME), bias.toJson());

        assertThat(Bias.read(file)).isEqualTo(bias);
        Files.writeString(file, "{}");
        assertThatThrownBy(() -> Bias.read(file))
                .hasMessageStartingWith(file + ": is no comparison with all traffic: ");
    }
}
