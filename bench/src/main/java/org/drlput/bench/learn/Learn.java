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
import org.drlput.common.simulate.LogSimulator;
import org.drlput.common.simulate.Market;
import org.drlput.common.simulate.TestStates;
import org.drlput.common.simulate.Truth;

/** Trains settings on markets of several seeds and says how much of the gap each closes. See {@code bench/learn}. */
public final class Learn {
    private final long rows;
    private final List<Long> seeds;
    private final byte[] experiment;

    private Learn(long rows, List<Long> seeds, byte[] experiment) {
        this.rows = rows;
        this.seeds = seeds;
        this.experiment = experiment;
    }

    /** A market with what is true of it, made once for all settings. */
    private record Known(Market market, TestStates states, Truth truth) {}

    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        long rows = 100_000;
        List<Long> seeds = List.of(1L);
        int threads = 1;
        byte[] experiment = LogSimulator.defaultExperiment();
        int at = 0;
        for (; at + 1 < arguments.length && arguments[at].startsWith("--") && arguments[at].length() > 2; at += 2) {
            String value = arguments[at + 1];
            switch (arguments[at]) {
                case "--rows" -> rows = Long.parseLong(value);
                case "--seeds" ->
                    seeds = Arrays.stream(value.split(",")).map(Long::valueOf).toList();
                case "--threads" -> threads = Integer.parseInt(value);
                case "--experiment" -> experiment = Files.readAllBytes(Path.of(value));
                default -> throw new IllegalArgumentException(arguments[at] + ": see the head of bench/learn");
            }
        }
        List<String> rest = List.of(arguments).subList(at, arguments.length);
        new Learn(rows, seeds, experiment).run(Overrides.settings(rest), threads);
    }

    private void run(List<List<String>> settings, int threads)
            throws IOException, InterruptedException, ExecutionException {
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

    /** A market's truth is made once for all settings, and its log once for all that read the same features and hold out the same rows. */
    private void market(Experiment base, long seed, List<List<String>> settings) throws IOException {
        Known known = known(base, seed);
        List<Block> log = List.of();
        Experiment logged = null;
        for (List<String> setting : settings) {
            Experiment changed = Overrides.apply(experiment, setting);
            if (logged == null
                    || !logged.features().equals(changed.features())
                    || !logged.evaluation().equals(changed.evaluation())) {
                log = MarketTraining.log(Market.of(changed, seed), rows);
                logged = changed;
            }
            System.out.println(line(setting, changed, known, log));
        }
    }

    private static Known known(Experiment experiment, long seed) {
        Market market = Market.of(experiment, seed);
        TestStates states = TestStates.of(market);
        return new Known(market, states, Truth.compute(market, states));
    }

    private String line(List<String> setting, Experiment changed, Known known, List<Block> log) {
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
        return String.format(
                Locale.ROOT,
                "{\"setting\":\"%s\",\"rows\":%d,\"seed\":%d,\"gapClosed\":%.4f,\"relativeGain\":%.4f,"
                        + "\"diversity\":%.3f,\"oracleDiversity\":%.3f,\"entropy\":%.3f,\"seconds\":%.1f}",
                String.join(" ", setting),
                rows,
                market.seed(),
                known.truth().gapClosed(known.states().value(greedy).value()),
                known.states().relativeGain(greedy).value(),
                Arrays.stream(counts).max().orElseThrow() / (double) greedy.length,
                known.truth().oracleDiversity(),
                training.entropy(),
                seconds);
    }
}
