package org.drlput.bench.learn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.select.Candidate;
import org.drlput.common.select.FixedActions;
import org.drlput.common.simulate.LogSimulator;
import org.drlput.common.simulate.Market;
import org.drlput.common.simulate.TestStates;
import org.drlput.common.simulate.Truth;

/** Trains settings on markets of several seeds and says how much of the gap each closes. See {@code bench/learn}. */
public final class Learn {
    private static final String FIXED = "best fixed action of the log";

    private final List<Long> rows;
    private final List<Long> seeds;
    private final byte[] experiment;
    private final boolean fixed;

    /** @param fixed whether the best fixed action that the log shows has a line too */
    private Learn(List<Long> rows, List<Long> seeds, byte[] experiment, boolean fixed) {
        this.rows = rows;
        this.seeds = seeds;
        this.experiment = experiment;
        this.fixed = fixed;
    }

    /** What is changed in the experiment, under a name: {@code linear: network.hidden=[]}. */
    private record Setting(String name, List<String> overrides) {
        static Setting of(List<String> arguments) {
            List<String> words =
                    arguments.stream().takeWhile(word -> !word.contains("=")).toList();
            String name = String.join(" ", words);
            if (!name.isEmpty() && !name.endsWith(":")) {
                throw new IllegalArgumentException(
                        "%s: expected KEY=VALUE, or a name with a colon behind it".formatted(name));
            }
            return new Setting(
                    name.isEmpty() ? String.join(" ", arguments) : name.substring(0, name.length() - 1),
                    arguments.subList(words.size(), arguments.size()));
        }
    }

    /** A market with what is true of it, made once for all settings. */
    private record Known(Market market, TestStates states, Truth truth) {}

    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        List<Long> rows = List.of(100_000L);
        List<Long> seeds = List.of(1L);
        int threads = 1;
        byte[] experiment = LogSimulator.defaultExperiment();
        boolean fixed = false;
        int at = 0;
        for (; at + 1 < arguments.length && arguments[at].startsWith("--") && arguments[at].length() > 2; at += 2) {
            String value = arguments[at + 1];
            switch (arguments[at]) {
                case "--rows" -> rows = numbers(value);
                case "--seeds" -> seeds = numbers(value);
                case "--threads" -> threads = Integer.parseInt(value);
                case "--fixed" -> fixed = Boolean.parseBoolean(value);
                case "--experiment" -> experiment = Files.readAllBytes(Path.of(value));
                default -> throw new IllegalArgumentException(arguments[at] + ": see the head of bench/learn");
            }
        }
        List<String> rest = List.of(arguments).subList(at, arguments.length);
        new Learn(rows, seeds, experiment, fixed)
                .run(Overrides.settings(rest).stream().map(Setting::of).toList(), threads);
    }

    private static List<Long> numbers(String list) {
        return Arrays.stream(list.split(",")).map(Long::valueOf).toList();
    }

    private void run(List<Setting> settings, int threads) throws IOException, InterruptedException, ExecutionException {
        Experiment base = Overrides.apply(experiment, List.of());
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> markets = new ArrayList<>();
            for (long seed : seeds) {
                markets.add(pool.submit(() -> {
                    market(base, seed, settings);
                    return null;
                }));
            }
            for (Future<?> market : markets) {
                market.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    /** A market's truth is made once, and its log once for all settings that read the same features and hold out the same rows. */
    private void market(Experiment base, long seed, List<Setting> settings) throws IOException {
        Known known = known(base, seed);
        for (long count : rows) {
            List<Block> log = List.of();
            Experiment logged = null;
            for (Setting setting : settings) {
                Experiment changed = Overrides.apply(experiment, setting.overrides());
                if (logged == null
                        || !logged.features().equals(changed.features())
                        || !logged.evaluation().equals(changed.evaluation())) {
                    log = MarketTraining.log(Market.of(changed, seed), count);
                    logged = changed;
                }
                System.out.println(line(setting, changed, known, count, log));
            }
            if (fixed) {
                System.out.println(fixed(base, known, count, log));
            }
        }
    }

    private static Known known(Experiment experiment, long seed) {
        Market market = Market.of(experiment, seed);
        TestStates states = TestStates.of(market);
        return new Known(market, states, Truth.compute(market, states));
    }

    /** The action that the log's own rows say is best for everybody: the one with the greatest lower bound. */
    private String fixed(Experiment base, Known known, long count, List<Block> log) {
        FixedActions actions = new FixedActions(base);
        log.forEach(actions::add);
        Integer best = actions.best(base.evaluation()).map(Candidate::action).orElse(null);
        if (best == null) {
            // too few rows of every action
            return json(FIXED, known, count, Double.NaN, "");
        }
        int[] everybody = new int[known.states().size()];
        Arrays.fill(everybody, best);
        return json(
                FIXED,
                known,
                count,
                known.truth().gapClosed(known.states().value(everybody).value()),
                ",\"action\":" + best);
    }

    private String json(String name, Known known, long count, double gapClosed, String rest) {
        return String.format(
                Locale.ROOT,
                "{\"name\":\"%s\",\"rows\":%d,\"seed\":%d,\"gapClosed\":%s%s}",
                name,
                count,
                known.market().seed(),
                Double.isNaN(gapClosed) ? "null" : String.format(Locale.ROOT, "%.4f", gapClosed),
                rest);
    }

    private String line(Setting setting, Experiment changed, Known known, long count, List<Block> log) {
        Market market = Market.of(changed, known.market().seed());
        MarketTraining training = new MarketTraining(changed, log);
        long start = System.nanoTime();
        training.run();
        double seconds = (double) (System.nanoTime() - start) / 1_000_000_000L;
        // states that read the features which this setting has
        int[] greedy =
                training.greedy(known.states().block(changed, 0, known.states().size()));
        int[] counts = new int[market.actions().size()];
        Arrays.stream(greedy).forEach(action -> counts[action]++);
        return json(
                setting.name(),
                known,
                count,
                known.truth().gapClosed(known.states().value(greedy).value()),
                String.format(
                        Locale.ROOT,
                        ",\"setting\":\"%s\",\"relativeGain\":%.4f,\"diversity\":%.3f,\"oracleDiversity\":%.3f,"
                                + "\"entropy\":%.3f,\"seconds\":%.1f",
                        String.join(" ", setting.overrides()),
                        known.states().relativeGain(greedy).value(),
                        Arrays.stream(counts).max().orElseThrow() / (double) greedy.length,
                        known.truth().oracleDiversity(),
                        training.entropy(),
                        seconds));
    }
}
