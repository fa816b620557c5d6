package org.drlput.common.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.drlput.common.estimate.EvaluationScope.Rows;
import org.drlput.common.estimate.EvaluationScope.Target;
import org.drlput.common.estimate.LoggedRows.Intervals;
import org.drlput.common.estimate.PolicyEvaluator.Scorer;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.EstimatorName;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.math.Softmax;
import org.drlput.common.simulate.LogSimulator;
import org.drlput.common.simulate.Market;
import org.drlput.common.simulate.MarketLog;
import org.drlput.common.simulate.SimulatedFormat;
import org.drlput.common.simulate.TestStates;
import org.drlput.common.tensor.Initializer;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.Policy;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionRegistry;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.train.TrainingRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whether 95 % intervals hold the truth, over logs of the simulated market whose requests, actions and outcomes are drawn anew, for
 * policies that were trained once on another log. Trains a version, or takes {@code -Ddrlput.coverage.version=DIR
 * -Ddrlput.coverage.seed=S}. Leaves its table in {@code target/coverage.md}.
 *
 * <p>In pieces: {@code -Ddrlput.coverage.first=1001 -Ddrlput.coverage.logs=1000 -Ddrlput.coverage.counts=FILE} adds what it counted to
 * the file, and the table, and what is asserted, are of all that is in it.
 */
@Tag("coverage")
class MarketCoverageTest {
    private static final int FIRST = Integer.getInteger("drlput.coverage.first", 1);
    private static final int LOGS = Integer.getInteger("drlput.coverage.logs", 2000);
    /** Rows of a log: with 125 actions, 200 of 25,000 match a greedy policy. */
    private static final List<Integer> ROWS = List.of(1_250, 2_500, 5_000, 12_500, 25_000);

    private static final long TRAINING_ROWS = 300_000;
    private static final int MODEL_ROWS = 100_000;
    /**
     * The truth is of so many times the rows of a log, all of other requests: its own error is a fifth of the standard error of a mean
     * over a log's states, and those are but a part of what makes an estimate err.
     */
    private static final int TRUTH_LOGS = 24;

    private static final int BATCH = 512;
    /** Thousands of logs are judged: a small network is quick, and its policy is as good as another to ask about. */
    private static final String NETWORK = "network: {hidden: [64, 32]}";

    /** Of 2,000 logs a coverage of 95 % is known to half a percent. */
    private static final double LEAST = 0.935;

    private static final double MOST = 0.965;
    /** Below so many believable logs a coverage says too little to be held against anything. */
    private static final int ENOUGH = 500;

    private static final List<Estimator> ESTIMATORS = List.of(new Ips(), new Snips(), new DoublyRobust());

    private final Path target = Path.of("target");

    /** Who is judged. */
    private record Judged(String name, Target target, Version version) {}

    /** Of one policy on logs of so many rows. */
    private record Truth(double value, double relativeGain) {}

    private record Case(String policy, int rows, String estimator, String quantity) {}

    /** Logs, and those whose interval held the truth: all, and those with a believable estimate. */
    private static final class Tally {
        private int logs;

        private int held;
        private int believable;
        private int believableHeld;
        private double effective;

        synchronized void add(Estimate without, Estimate with, double truth) {
            Double low = without.low();
            Double high = without.high();
            boolean holds = low != null && high != null && low <= truth && truth <= high;
            logs++;
            held += holds ? 1 : 0;
            believable += with.believable() ? 1 : 0;
            believableHeld += with.believable() && holds ? 1 : 0;
            effective += with.effectiveSampleSize();
        }

        /** As a line of the file of counts. */
        String counts(Case of) {
            return "%s %d %s %s %d %d %d %d %s"
                    .formatted(
                            of.policy(),
                            of.rows(),
                            of.estimator(),
                            of.quantity(),
                            logs,
                            held,
                            believable,
                            believableHeld,
                            effective);
        }

        /** Adds such a line to the tally that it is of. */
        static void add(String line, Map<Case, Tally> tallies) {
            String[] words = line.split(" ");
            Tally tally = known(tallies, new Case(words[0], Integer.parseInt(words[1]), words[2], words[3]));
            tally.logs += Integer.parseInt(words[4]);
            tally.held += Integer.parseInt(words[5]);
            tally.believable += Integer.parseInt(words[6]);
            tally.believableHeld += Integer.parseInt(words[7]);
            tally.effective += Double.parseDouble(words[8]);
        }

        double share() {
            return (double) believableHeld / believable;
        }

        boolean isRight() {
            return believable < ENOUGH || share() >= LEAST && share() <= MOST;
        }

        String line(Case of) {
            int below = logs - believable;
            return String.format(
                    Locale.ROOT,
                    "| %s | %,d | %,.0f | %s of %s | %s | %s | %,d of %,d |",
                    of.policy(),
                    of.rows(),
                    effective / logs,
                    of.quantity(),
                    EstimatorName.label(of.estimator()),
                    believable == 0 ? "none" : percent(share()),
                    below == 0 ? "none" : percent((double) (held - believableHeld) / below),
                    believable,
                    logs);
        }

        private static String percent(double share) {
            return String.format(Locale.ROOT, "%.1f %%", 100 * share);
        }
    }

    @Test
    void intervalsHoldTheTruth() throws Exception {
        String given = System.getProperty("drlput.coverage.version");
        long seed = Long.getLong("drlput.coverage.seed", 1);
        Version version = Version.read(given == null ? train(seed) : Path.of(given));
        Market market = Market.of(version.experiment(), seed);
        List<Judged> judged = List.of(
                new Judged("random", Target.GREEDY, untrained(version)),
                new Judged("trained", Target.STOCHASTIC, version),
                new Judged("greedy", Target.GREEDY, version));
        RewardModel model = RewardModel.ofOtherRows(
                version.experiment(),
                version.statistics(),
                Rows.VALID,
                MarketLog.of(market, 0).blocks(MODEL_ROWS),
                MODEL_ROWS);
        Map<Judged, Map<Integer, Truth>> truths = truths(judged, market);
        Map<Case, Tally> counted = tallies(judged);
        IntStream.range(FIRST, FIRST + LOGS).parallel().forEach(log -> {
            List<Block> parts = parts(MarketLog.of(market, log));
            for (Judged one : judged) {
                judge(one, plan(version.experiment(), one, model), parts, known(truths, one), counted);
            }
        });
        Map<Case, Tally> tallies = all(counted, judged);
        report(version, seed, tallies);

        assertThat(tallies)
                .allSatisfy((of, tally) ->
                        assertThat(tally.isRight()).as(tally.line(of)).isTrue());
    }

    private static Map<Case, Tally> tallies(List<Judged> judged) {
        Map<Case, Tally> tallies = new LinkedHashMap<>();
        for (Judged one : judged) {
            for (int rows : ROWS) {
                for (Estimator estimator : ESTIMATORS) {
                    for (String quantity : List.of("value", "gain")) {
                        tallies.put(new Case(one.name(), rows, estimator.name(), quantity), new Tally());
                    }
                }
            }
        }
        return tallies;
    }

    /** What was counted now, and by pieces before. */
    private static Map<Case, Tally> all(Map<Case, Tally> counted, List<Judged> judged) throws IOException {
        String file = System.getProperty("drlput.coverage.counts");
        if (file == null) {
            return counted;
        }
        List<String> lines = new ArrayList<>();
        counted.forEach((of, tally) -> lines.add(tally.counts(of)));
        Path path = Path.of(file);
        Files.write(path, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        Map<Case, Tally> tallies = tallies(judged);
        Files.readAllLines(path).forEach(line -> Tally.add(line, tallies));
        return tallies;
    }

    private static void report(Version version, long seed, Map<Case, Tally> tallies) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("Version %d, weights %s, seed %d"
                .formatted(version.manifest().version(), version.manifest().weightsSha256(), seed));
        lines.add("");
        lines.add(
                "| policy | rows | effective sample size | interval of | believable ones hold the truth | those below the"
                        + " floors | believable |");
        lines.add("|---|---|---|---|---|---|---|");
        tallies.forEach((of, tally) -> lines.add(tally.line(of)));
        Files.write(Path.of("target", "coverage.md"), lines);
        lines.forEach(System.out::println);
    }

    /** No segments, the three estimators, normal intervals: thousands of logs are judged. */
    private static EvaluationPlan plan(Experiment experiment, Judged one, RewardModel model) {
        return new EvaluationPlan(
                experiment,
                new EvaluationScope(Rows.HELD_OUT, one.target()),
                List.of(),
                Estimators.of(ESTIMATORS),
                Estimators.of(List.of(new Ips())),
                model,
                Intervals.NORMAL);
    }

    /** A log's first rows are a log too: it is cut where one of the lengths ends. */
    private static List<Block> parts(MarketLog log) {
        List<Block> parts = new ArrayList<>();
        int begin = 0;
        for (Block block : log.holdout(ROWS.get(ROWS.size() - 1))) {
            int from = 0;
            for (int rows : ROWS) {
                int to = Math.min(block.rowCount(), rows - begin);
                if (to > from) {
                    parts.add(part(block, from, to));
                    from = to;
                }
            }
            begin += block.rowCount();
        }
        return parts;
    }

    private static Block part(Block block, int from, int to) {
        int bags = block.bagOffsets().length;
        int[][] offsets = new int[bags][to - from + 1];
        int[][] items = new int[bags][];
        for (int m = 0; m < bags; m++) {
            int first = block.bagOffsets()[m][from];
            for (int i = from; i <= to; i++) {
                offsets[m][i - from] = block.bagOffsets()[m][i] - first;
            }
            items[m] = Arrays.copyOfRange(block.bags()[m], first, block.bagOffsets()[m][to]);
        }
        return new Block(
                to - from,
                Arrays.copyOfRange(block.rowState(), from, to),
                Arrays.stream(block.numeric())
                        .map(x -> Arrays.copyOfRange(x, from, to))
                        .toArray(float[][]::new),
                Arrays.stream(block.categorical())
                        .map(x -> Arrays.copyOfRange(x, from, to))
                        .toArray(int[][]::new),
                offsets,
                items,
                Arrays.copyOfRange(block.actionId(), from, to),
                Arrays.copyOfRange(block.propensity(), from, to),
                Arrays.stream(block.outcomes())
                        .map(x -> Arrays.copyOfRange(x, from, to))
                        .toArray(double[][]::new),
                Arrays.stream(block.delayMillis())
                        .map(x -> x.length == 0 ? x : Arrays.copyOfRange(x, from, to))
                        .toArray(long[][]::new));
    }

    private static void judge(
            Judged one, EvaluationPlan plan, List<Block> parts, Map<Integer, Truth> truths, Map<Case, Tally> tallies) {
        Scorer scorer = Policy.of(one.version(), Kernels.best(), BATCH)::probabilities;
        Judge without = new Judge(noFloors(plan.experiment().evaluation()), true);
        JudgedRows rows = new JudgedRows(plan, List.of(scorer), BATCH);
        for (Block part : parts) {
            rows.add(part);
            int count = (int) rows.all().count();
            Truth truth = truths.get(count);
            if (truth == null) {
                continue;
            }
            Measured measured = rows.all().measured(Measures.REWARD, rows.logged());
            Map<String, PolicyEstimates> all = without.estimates(measured);
            Map<String, PolicyEstimates> believed = plan.judge().estimates(measured);
            for (Estimator estimator : ESTIMATORS) {
                PolicyEstimates a = known(all, estimator.name());
                PolicyEstimates b = known(believed, estimator.name());
                known(tallies, new Case(one.name(), count, estimator.name(), "value"))
                        .add(a.value(), b.value(), truth.value());
                known(tallies, new Case(one.name(), count, estimator.name(), "gain"))
                        .add(a.relativeGain(), b.relativeGain(), truth.relativeGain());
            }
        }
    }

    private static <K, T> T known(Map<K, T> map, K key) {
        return Objects.requireNonNull(map.get(key), () -> "no " + key);
    }

    private static Experiment.Evaluation noFloors(Experiment.Evaluation evaluation) {
        return new Experiment.Evaluation(evaluation.holdout(), evaluation.headline(), 0, 0, 1, List.of());
    }

    /** A log of fewer rows has other hours of the day: each length has its own truth. */
    private static Map<Judged, Map<Integer, Truth>> truths(List<Judged> judged, Market market) {
        Map<Judged, Map<Integer, Truth>> truths = new LinkedHashMap<>();
        judged.forEach(one -> truths.put(one, new LinkedHashMap<>()));
        for (int rows : ROWS) {
            double behaviour = 0;
            double[] values = new double[judged.size()];
            for (int log = 1; log <= TRUTH_LOGS; log++) {
                TestStates states = TestStates.ofLog(market, log, rows, rows, 1);
                behaviour += states.uniform().value() / TRUTH_LOGS;
                for (int p = 0; p < values.length; p++) {
                    values[p] += value(judged.get(p), states) / TRUTH_LOGS;
                }
            }
            for (int p = 0; p < values.length; p++) {
                known(truths, judged.get(p))
                        .put(rows, new Truth(values[p], (values[p] - behaviour) / Math.abs(behaviour)));
            }
        }
        return truths;
    }

    private static double value(Judged one, TestStates states) {
        Policy policy = Policy.of(one.version(), Kernels.best(), BATCH);
        int actions = policy.actions().size();
        float[] probabilities = new float[BATCH * actions];
        int[] rows = IntStream.range(0, BATCH).toArray();
        double sum = 0;
        for (int from = 0; from < states.size(); from += BATCH) {
            int count = Math.min(BATCH, states.size() - from);
            policy.probabilities(states.block(from, count), rows, 0, count, probabilities);
            for (int i = 0; i < count; i++) {
                if (one.target() == Target.GREEDY) {
                    sum += states.value(from + i, Softmax.greatest(probabilities, i * actions, actions));
                    continue;
                }
                for (int a = 0; a < actions; a++) {
                    sum += probabilities[i * actions + a] * states.value(from + i, a);
                }
            }
        }
        return sum / states.size();
    }

    /** The same network as it was before anything was learned, of another seed. */
    private static Version untrained(Version version) {
        Parameters weights = new Parameters(version.model().tensors());
        for (TensorSpec tensor : version.model().tensors()) {
            Initializer.fill(tensor, 0, weights.values(tensor.name()), 4711);
        }
        return new Version(
                version.manifest(),
                version.experiment(),
                version.model(),
                version.actions(),
                version.statistics(),
                weights);
    }

    private Path train(long seed) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(target.toAbsolutePath(), "coverage-");
        byte[] yaml = new String(LogSimulator.defaultExperiment(), StandardCharsets.UTF_8)
                .replaceFirst("network: .*", NETWORK)
                .getBytes(StandardCharsets.UTF_8);
        Experiment experiment = ExperimentLoader.parse(yaml, "demo.yaml");
        Path logs = directory.resolve("logs");
        LogSimulator.simulate(
                experiment,
                yaml,
                new LogSimulator.Settings(TRAINING_ROWS, seed, SimulatedFormat.ARROW, logs),
                (written, total) -> {});
        RunDirectory run = new RunDirectory(directory.resolve("run"));
        TrainingRun.Result result = new TrainingRun(
                        new TrainingRun.Request(
                                yaml, List.of(logs.toString()), run, 2, 2, List.of(), "coverage of the intervals"),
                        snapshot -> {})
                .run();
        return new VersionRegistry(run.root()).directory(result.lastVersion());
    }
}
