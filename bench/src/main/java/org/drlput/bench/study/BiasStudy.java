package org.drlput.bench.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.drlput.bench.study.Study.Settings;
import org.drlput.common.bias.TrafficWeights;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.simulate.LogKind;
import org.drlput.common.simulate.Market;
import org.drlput.common.simulate.MarketLog;
import org.drlput.common.simulate.TestStates;

/** What a log with too many heavy users costs on all traffic, and how much of it weights win back. One thread. */
final class BiasStudy {
    private static final int ROWS = 500_000;
    private static final int TRAFFIC_ROWS = 100_000;
    private static final double TOO_MANY = 3;

    private final Settings settings;

    BiasStudy(Settings settings) {
        this.settings = settings;
    }

    void run() throws IOException {
        System.out.println("| seed | fair | biased | reweighted | lost | won back | largest weight | rows left |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        for (long seed : settings.seeds()) {
            line(seed);
        }
    }

    private void line(long seed) throws IOException {
        Experiment experiment = settings.experiment("heavy-users.yaml", seed);
        int rows = settings.rowsOr(ROWS);
        Market market = Market.of(experiment, seed);
        TestStates states = TestStates.of(market);
        List<Block> biased = new ArrayList<>();
        LogKind kind = new LogKind(LogKind.PLAIN.behaviour(), TOO_MANY, false);
        MarketLog.of(market, 0, kind, rows).blocks(rows).forEach(biased::add);
        TrafficWeights weights = TrafficWeights.fit(
                experiment,
                MarketLog.traffic(market).blocks(TRAFFIC_ROWS),
                biased,
                experiment.traffic().maxWeight());
        double fair = value(experiment, MarketLog.of(market, 0).blocks(rows), states);
        double plain = value(experiment, biased, states);
        double again = value(experiment, biased.stream().map(weights::weighted).toList(), states);
        System.out.printf(
                Locale.ROOT,
                "| %d | %.4f | %.4f | %.4f | %.4f | %.0f %% | %.1f | %.0f %% |%n",
                seed,
                fair,
                plain,
                again,
                fair - plain,
                100 * (again - plain) / (fair - plain),
                weights.summary().largest(),
                100 * weights.summary().effectiveShare());
    }

    private static double value(Experiment experiment, Iterable<Block> blocks, TestStates states) {
        return states.value(Trainings.greedy(Trainings.train(experiment, blocks), states))
                .value();
    }
}
