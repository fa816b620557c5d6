package org.drlput.bench.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.drlput.bench.study.Study.Settings;
import org.drlput.common.delay.DelayCorrection;
import org.drlput.common.delay.DelaySample;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.simulate.LogKind;
import org.drlput.common.simulate.Market;
import org.drlput.common.simulate.MarketLog;
import org.drlput.common.simulate.TestStates;
import org.drlput.common.simulate.Truth;

/** What is learned from a log that was cut while half of its conversions were still to come, naively and corrected. One thread. */
final class DelayStudy {
    /** 2.4 days. */
    private static final int ROWS = 171_000;

    private static final String CONVERSION = "conversion";

    private final Settings settings;
    private final List<double[]> gaps = new ArrayList<>();

    DelayStudy(Settings settings) {
        this.settings = settings;
    }

    void run() throws IOException {
        System.out.println("| seed | seen at the cut | whole log | naive | corrected | corrected less naive |");
        System.out.println("|---|---|---|---|---|---|");
        for (long seed : settings.seeds()) {
            line(seed);
        }
        System.out.printf(Locale.ROOT, "| mean | | %.2f | %.2f | %.2f | |%n", meanGap(0), meanGap(1), meanGap(2));
    }

    private double meanGap(int arm) {
        return gaps.stream().mapToDouble(g -> g[arm]).average().orElse(0);
    }

    private void line(long seed) throws IOException {
        int rows = settings.rowsOr(ROWS);
        Experiment experiment = settings.experiment("late-conversions.yaml", seed);
        Market market = Market.of(experiment, seed);
        TestStates states = TestStates.of(market);
        Truth truth = Truth.compute(market, states);
        List<Block> whole = new ArrayList<>();
        MarketLog.of(market, 0).blocks(rows).forEach(whole::add);
        List<Block> cut = new ArrayList<>();
        LogKind kind = new LogKind(LogKind.PLAIN.behaviour(), 1, true);
        MarketLog.of(market, 0, kind, rows).blocks(rows).forEach(cut::add);
        int place = List.copyOf(experiment.reward().outcomes().keySet()).indexOf(CONVERSION);
        double seen = sum(cut, place) / sum(whole, place);
        int[] best = Trainings.greedy(Trainings.train(experiment, whole), states);
        int[] naive = Trainings.greedy(Trainings.train(experiment, cut), states);
        int[] corrected = Trainings.greedy(Trainings.train(experiment, corrected(experiment, cut, rows)), states);
        double[] gap = {gap(truth, states, best), gap(truth, states, naive), gap(truth, states, corrected)};
        gaps.add(gap);
        System.out.printf(
                Locale.ROOT,
                "| %d | %.0f %% | %s | %s | %s | %+.4f ± %.4f |%n",
                seed,
                100 * seen,
                cell(states, best, gap[0]),
                cell(states, naive, gap[1]),
                cell(states, corrected, gap[2]),
                states.difference(corrected, naive).value(),
                1.96 * states.difference(corrected, naive).standardError());
    }

    private static double gap(Truth truth, TestStates states, int[] actions) {
        return truth.gapClosed(states.value(actions).value());
    }

    private static String cell(TestStates states, int[] actions, double gap) {
        return String.format(Locale.ROOT, "%.4f (%.2f)", states.value(actions).value(), gap);
    }

    private static double sum(List<Block> blocks, int outcome) {
        double sum = 0;
        for (Block block : blocks) {
            for (double value : block.outcomes()[outcome]) {
                sum += value;
            }
        }
        return sum;
    }

    /** As the first pass does it; outcomes are corrected in place. */
    private static List<Block> corrected(Experiment experiment, List<Block> cut, int rows) {
        List<Experiment.Outcome> outcomes =
                List.copyOf(experiment.reward().outcomes().values());
        int place = List.copyOf(experiment.reward().outcomes().keySet()).indexOf(CONVERSION);
        long until = MarketLog.eventTimeMillis(rows - 1);
        DelaySample sample = new DelaySample(outcomes.get(place).windowMillis());
        List<long[]> times = new ArrayList<>();
        for (Block block : cut) {
            long first = (long) times.size() * Block.MAX_ROWS;
            long[] time = new long[block.rowCount()];
            for (int row = 0; row < time.length; row++) {
                time[row] = MarketLog.eventTimeMillis(first + row);
                if (block.rowState()[row] == Block.TRAIN) {
                    sample.add(block.delayMillis()[place][row], until - time[row]);
                }
            }
            times.add(time);
        }
        DelayCorrection correction = new DelayCorrection(place, sample, until);
        List<Block> corrected = new ArrayList<>();
        for (int b = 0; b < cut.size(); b++) {
            correction.apply(cut.get(b), times.get(b));
            corrected.add(correction.weighted(cut.get(b), times.get(b)));
        }
        return corrected;
    }
}
