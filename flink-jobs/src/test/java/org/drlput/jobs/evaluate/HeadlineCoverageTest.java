package org.drlput.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.estimate.EvaluationScope;
import org.drlput.common.estimate.PolicyEstimates;
import org.drlput.common.estimate.PolicyEvaluator;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.math.Kernels;
import org.drlput.common.simulate.LogSimulator;
import org.drlput.common.simulate.Market;
import org.drlput.common.simulate.MarketLog;
import org.drlput.common.simulate.SimulatedFormat;
import org.drlput.common.simulate.TestStates;
import org.drlput.common.version.Policy;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionRegistry;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.train.TrainingRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whether the intervals of one trained version hold the truth, by 100 fresh hold-out logs of the simulated market: the headline of the
 * demo. Trains the version of
 * {@code drlput demo --seed 1}, or takes {@code -Ddrlput.coverage.version=DIR -Ddrlput.coverage.seed=S}. Leaves its table in
 * {@code target/headline-coverage.md}.
 */
@Tag("coverage")
class HeadlineCoverageTest {
    private static final int LOGS = Integer.getInteger("drlput.coverage.logs", 100);
    private static final int ROWS = 100_000;
    private static final long TRAINING_ROWS = 1_000_000;
    /** Enough that the truth's own error is a twentieth of a half-width. */
    private static final int STATES = 65_536;

    private static final double Z95 = 1.959963984540054;

    private final Path target = Path.of("target");

    /** What one log says, by estimator, and what is true. */
    private record Kind(String name, String estimator, ToEstimate of, double truth) {}

    private interface ToEstimate {
        Estimate of(PolicyEstimates estimates);
    }

    @Test
    void intervalsHoldTheTruth() throws Exception {
        String given = System.getProperty("drlput.coverage.version");
        long seed = Long.getLong("drlput.coverage.seed", 1);
        Version version = Version.read(given == null ? train(seed) : Path.of(given));
        Market market = Market.of(version.experiment(), seed);
        TestStates states = TestStates.ofLog(market, 1, STATES, ROWS);
        int[] greedy = greedy(version, states);
        double behaviour = states.uniform().value();
        double value = states.value(greedy).value();
        double manual = states.value(market.actions().manualAction()).value();
        double sigma = states.deviation(greedy);
        double bound = Z95 * sigma * Math.sqrt((double) market.actions().size() / ROWS) / behaviour;
        List<Evaluation> evaluations = evaluations(version, market);

        List<Kind> kinds = new ArrayList<>();
        for (String estimator : List.of("snips", "ips")) {
            kinds.add(new Kind("Relative Gain", estimator, PolicyEstimates::relativeGain, value / behaviour - 1));
            kinds.add(new Kind("gain over manual", estimator, PolicyEstimates::gainOverManual, value / manual - 1));
            kinds.add(new Kind("value", estimator, PolicyEstimates::value, value));
        }
        List<String> lines = new ArrayList<>();
        lines.add("Version %d, seed %d: value %.4f, behaviour %.4f, manual %.4f, sigma %.3f, Diversity %.3f"
                .formatted(
                        version.manifest().version(),
                        seed,
                        value,
                        behaviour,
                        manual,
                        sigma,
                        evaluations.get(0).diversity()));
        lines.add(
                "Truth of Relative Gain: %.4f, its own standard error %.4f; 1.96 sigma sqrt(K / n) / V(behaviour): %.4f"
                        .formatted(
                                value / behaviour - 1,
                                states.relativeGain(greedy).standardError(),
                                bound));
        lines.add("");
        lines.add(
                "| estimate | by | truth | held by | mean estimate | deviation of estimates | half-width, mean | largest |");
        lines.add("|---|---|---|---|---|---|---|---|");
        kinds.forEach(kind -> lines.add(line(kind, evaluations)));
        Files.write(target.resolve("headline-coverage.md"), lines);
        lines.forEach(System.out::println);

        Kind headline = kinds.get(0);
        assertThat(held(headline, evaluations)).isBetween(LOGS * 90 / 100, LOGS * 99 / 100);
        double widest = Arrays.stream(numbers(headline, evaluations, Interval::halfWidth))
                .max()
                .orElseThrow();
        assertThat(widest).isLessThanOrEqualTo(1.2 * bound);
    }

    private Path train(long seed) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(target.toAbsolutePath(), "coverage-");
        byte[] yaml = LogSimulator.defaultExperiment();
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

    private static int[] greedy(Version version, TestStates states) {
        Policy policy = Policy.of(version, Kernels.best(), 512);
        int[] greedy = new int[states.size()];
        for (int from = 0; from < greedy.length; from += 8192) {
            int count = Math.min(8192, greedy.length - from);
            System.arraycopy(policy.greedy(states.block(from, count)), 0, greedy, from, count);
        }
        return greedy;
    }

    /** Stream seed 0 is that of the log that was trained on. */
    private static List<Evaluation> evaluations(Version version, Market market) {
        PolicyEvaluator evaluator =
                PolicyEvaluator.of(version.experiment(), Kernels.best(), EvaluationScope.HOLD_OUT, List.of());
        return IntStream.rangeClosed(1, LOGS)
                .parallel()
                .mapToObj(log ->
                        evaluator.evaluate(version, MarketLog.of(market, log).holdout(ROWS)))
                .toList();
    }

    /** Of an estimate that is believable. */
    private record Interval(double value, double low, double high) {
        static Interval of(Kind kind, Evaluation evaluation) {
            PolicyEstimates estimates =
                    Objects.requireNonNull(evaluation.estimates().get(kind.estimator()));
            Estimate estimate = kind.of().of(estimates);
            return new Interval(
                    Objects.requireNonNull(estimate.value(), estimate::toString),
                    Objects.requireNonNull(estimate.low()),
                    Objects.requireNonNull(estimate.high()));
        }

        double halfWidth() {
            return (high - low) / 2;
        }

        boolean holds(double truth) {
            return low <= truth && truth <= high;
        }
    }

    private static double[] numbers(Kind kind, List<Evaluation> evaluations, ToDoubleFunction<Interval> of) {
        return evaluations.stream()
                .mapToDouble(evaluation -> of.applyAsDouble(Interval.of(kind, evaluation)))
                .toArray();
    }

    private static int held(Kind kind, List<Evaluation> evaluations) {
        return (int) evaluations.stream()
                .filter(evaluation -> Interval.of(kind, evaluation).holds(kind.truth()))
                .count();
    }

    private static String line(Kind kind, List<Evaluation> evaluations) {
        double[] values = numbers(kind, evaluations, Interval::value);
        double mean = Arrays.stream(values).average().orElseThrow();
        double variance =
                Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
        double[] halfWidths = numbers(kind, evaluations, Interval::halfWidth);
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.4f | %d of %d | %.4f | %.4f | %.4f | %.4f |",
                kind.name(),
                kind.estimator(),
                kind.truth(),
                held(kind, evaluations),
                LOGS,
                mean,
                Math.sqrt(variance),
                Arrays.stream(halfWidths).average().orElseThrow(),
                Arrays.stream(halfWidths).max().orElseThrow());
    }
}
