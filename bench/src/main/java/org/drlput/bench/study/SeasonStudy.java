package org.drlput.bench.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.drlput.bench.study.Study.Settings;
import org.drlput.common.log.Block;
import org.drlput.common.simulate.LiveMarket;
import org.drlput.common.simulate.Market;
import org.drlput.common.simulate.MarketLog;
import org.drlput.common.simulate.TestStates;
import org.drlput.common.simulate.Truth;
import org.drlput.common.version.Version;

/**
 * A market whose tastes drift: what settings and policies that learned from the days before earn, day by day, of the days after. One
 * thread.
 */
final class SeasonStudy {
    private static final double DRIFT = 0.5;
    /** Policies learn from so many days before, and are judged on the days from {@link #LEARNED} on. */
    private static final int LEARNED = 7;

    private static final int DAYS = 28;
    private static final int STATES_PER_DAY = 512;
    private static final String MANUAL = "manual setting";
    private static final String FIXED = "best fixed of the days before";
    private static final String PLAIN = "policy without hour and weekday";
    private static final String ONCE = "policy, trained once";
    private static final String DAILY = "policy, retrained daily";
    private static final String BEST = "best choice";

    private final Settings settings;
    private final long rowsPerDay = LiveMarket.visitsPerDay();

    SeasonStudy(Settings settings) {
        this.settings = settings;
    }

    void run() throws IOException {
        System.out.println("| seed | " + String.join(" | ", MANUAL, FIXED, PLAIN, ONCE, DAILY, BEST) + " |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (long seed : settings.seeds()) {
            Map<String, double[]> days = values(seed);
            StringBuilder line = new StringBuilder("| " + seed);
            days.values().forEach(values -> line.append(String.format(Locale.ROOT, " | %.4f", mean(values))));
            System.out.println(line.append(" |"));
            Path picture = settings.out().resolve("season-" + seed + ".svg");
            Files.writeString(picture, Picture.of("days since the hold-out began", days));
        }
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private Map<String, double[]> values(long seed) throws IOException {
        Market market = market(seed);
        List<Block> log = new ArrayList<>();
        MarketLog.of(market, 0).blocks((LEARNED + DAYS) * rowsPerDay).forEach(log::add);
        List<TestStates> days = new ArrayList<>();
        for (int day = LEARNED; day < LEARNED + DAYS; day++) {
            days.add(TestStates.ofRows(market, 0, STATES_PER_DAY, day * rowsPerDay, rowsPerDay));
        }
        int manual = market.actions().manualAction();
        int fixed = bestFixed(market);
        Market timeless = market(seed, "features.hour=", "features.weekday=");
        Version plain =
                Trainings.train(timeless.experiment(), MarketLog.of(timeless, 0).blocks(LEARNED * rowsPerDay));
        Version once = train(market, log, 0);
        Map<String, double[]> values = new LinkedHashMap<>();
        values.put(MANUAL, each(days, (day, states) -> states.value(manual).value()));
        values.put(FIXED, each(days, (day, states) -> states.value(fixed).value()));
        values.put(PLAIN, each(days, (day, states) -> value(plain, states)));
        values.put(ONCE, each(days, (day, states) -> value(once, states)));
        values.put(DAILY, each(days, (day, states) -> value(train(market, log, day), states)));
        values.put(
                BEST,
                each(
                        days,
                        (day, states) ->
                                states.value(Truth.oracle(market, states)).value()));
        return values;
    }

    private Market market(long seed, String... overrides) throws IOException {
        List<String> all = new ArrayList<>(List.of(overrides));
        // each day is learned from after it has judged
        all.add("evaluation.holdout={share: 0}");
        return Market.of(settings.experiment("season.yaml", seed, all.toArray(String[]::new)), seed)
                .drifting(DRIFT);
    }

    /** On the days just before one of the hold-out, in whole blocks. */
    private Version train(Market market, List<Block> log, int day) {
        int to = (int) ((LEARNED + day) * rowsPerDay / Block.MAX_ROWS);
        int count = (int) (LEARNED * rowsPerDay / Block.MAX_ROWS);
        return Trainings.train(market.experiment(), log.subList(to - count, to));
    }

    private int bestFixed(Market market) {
        TestStates before = TestStates.ofRows(market, 1, STATES_PER_DAY * LEARNED, 0, LEARNED * rowsPerDay);
        int best = 0;
        for (int a = 1; a < market.actions().size(); a++) {
            best = before.value(a).value() > before.value(best).value() ? a : best;
        }
        return best;
    }

    private static double value(Version version, TestStates states) {
        return states.value(Trainings.greedy(version, states)).value();
    }

    private interface DayValue {
        double of(int day, TestStates states);
    }

    private static double[] each(List<TestStates> days, DayValue value) {
        double[] values = new double[days.size()];
        for (int day = 0; day < values.length; day++) {
            values[day] = value.of(day, days.get(day));
        }
        return values;
    }
}
