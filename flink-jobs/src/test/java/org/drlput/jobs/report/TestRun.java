package org.drlput.jobs.report;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.estimate.Evaluation.ActionShare;
import org.drlput.common.estimate.Evaluation.Distribution;
import org.drlput.common.estimate.Evaluation.SegmentEvaluation;
import org.drlput.common.estimate.Evaluation.ValueShare;
import org.drlput.common.estimate.PolicyEstimates;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.FirstPassFile;
import org.drlput.common.log.FirstPassResult;
import org.drlput.common.log.FirstPassResult.NumericStatistics;
import org.drlput.common.log.FirstPassResult.RewardStatistics;
import org.drlput.common.simulate.LogSimulator;
import org.drlput.common.simulate.Truth;
import org.drlput.jobs.run.History;
import org.drlput.jobs.run.RunInfo;
import org.jspecify.annotations.Nullable;

/** The directory of a run that never was: every file that a report reads, with numbers that a run could have. */
final class TestRun {
    private static final JsonMapper JSON = new JsonMapper();
    private static final long STEPS = 977;
    private static final int EVERY = 50;
    private static final long ROWS = 1_000_000;

    private final Path root;
    private final String yaml;
    private final Experiment experiment;
    private final ActionSpace actions;
    private final SplittableRandom random = new SplittableRandom(1);
    private boolean truth = true;
    private boolean believable = true;
    private List<String> warnings = List.of();
    private String command = "drlput demo --rows 1000000 --seed 7 --out out";

    private TestRun(Path root, String yaml) {
        this.root = root;
        this.yaml = yaml;
        experiment = ExperimentLoader.parse(yaml, "experiment.yaml");
        actions = ActionSpace.of(experiment.actions());
    }

    static TestRun of(Path root) {
        return new TestRun(root, new String(LogSimulator.defaultExperiment(), StandardCharsets.UTF_8));
    }

    static TestRun of(Path root, String yaml) {
        return new TestRun(root, yaml);
    }

    TestRun withoutTruth() {
        truth = false;
        return this;
    }

    TestRun withTooFewRows() {
        believable = false;
        return this;
    }

    TestRun withWarnings(String... texts) {
        warnings = List.of(texts);
        return this;
    }

    TestRun withCommand(String text) {
        command = text;
        return this;
    }

    Path write() throws IOException {
        Files.createDirectories(root.resolve("first-pass"));
        Files.createDirectories(root.resolve("evaluations"));
        Files.writeString(root.resolve("experiment.yaml"), yaml);
        Files.write(root.resolve("first-pass/first-pass.json"), FirstPassFile.bytes(firstPass()));
        JSON.writerWithDefaultPrettyPrinter()
                .writeValue(root.resolve("run.json").toFile(), runInfo());
        history();
        Evaluation last = evaluations();
        if (truth) {
            truth().write(root.resolve("truth.json"));
        }
        summary(last).write(root);
        return root;
    }

    private FirstPassResult firstPass() {
        Map<String, NumericStatistics> numeric = new LinkedHashMap<>();
        for (Experiment.Feature feature : experiment.features()) {
            if (feature instanceof Experiment.Numeric) {
                numeric.put(feature.name(), new NumericStatistics(0.0541, 0.0222, 0.0139, 0.181, 45_830));
            }
        }
        List<Long> counts = new ArrayList<>();
        for (int a = 0; a < actions.size(); a++) {
            counts.add(7_900L + random.nextInt(200));
        }
        Map<String, Long> rejected = new LinkedHashMap<>();
        rejected.put("propensityRange", 6L);
        rejected.put("actionRange", 4L);
        return new FirstPassResult(
                1,
                "cafe",
                ROWS,
                899_990,
                100_000,
                rejected,
                List.of(),
                List.of(),
                numeric,
                new RewardStatistics(3.007, 1.73, 3.007),
                counts,
                100_000,
                0.008,
                0.008,
                1.0,
                "2026-01-01T00:00:00.907Z",
                "2026-01-14T23:59:59.521Z",
                List.of(),
                10,
                warnings);
    }

    private RunInfo runInfo() {
        return new RunInfo(
                1,
                "01J0000000000000000000000",
                command,
                List.of("out/logs"),
                List.of(),
                2,
                2,
                7,
                STEPS,
                "openblas/skylakex",
                "0.1.0+0000000",
                "OpenJDK 64-Bit Server VM 17",
                new RunInfo.Machine("A processor", 2, 12L << 30, "Linux 6.1"),
                "cafe",
                "2026-01-15T08:00:00.123Z",
                0,
                6.1,
                35.1);
    }

    private void history() throws IOException {
        double weights = 0;
        double rewards = 0;
        double logged = 0;
        try (BufferedWriter out = Files.newBufferedWriter(root.resolve("history.jsonl"))) {
            for (int second = 0; second <= 35; second++) {
                long step = Math.min(STEPS, 28L * second);
                long rows = step * 922;
                double share = (double) step / STEPS;
                weights += 25_000;
                rewards += 25_000 * (3.05 + 0.6 * (1 - Math.exp(-4 * share)) + 0.02 * random.nextDouble());
                logged += 922 * 28 * (3.0 + 0.02 * random.nextDouble());
                double speed = second == 0 ? 0 : 27_000 + 1_500 * random.nextDouble();
                History.Line line = new History.Line(
                        second,
                        step,
                        rows,
                        speed,
                        null,
                        new History.Sums(rows, logged, 0, weights, 0, rewards, 0, 0, 0, 0, 0, 0));
                out.write(JSON.writeValueAsString(line));
                out.newLine();
            }
        }
    }

    private Evaluation evaluations() throws IOException {
        Map<Long, TrueValue> trueValues = new TreeMap<>();
        Evaluation last = null;
        for (long step = EVERY; step < STEPS + EVERY; step += EVERY) {
            long version = Math.min(step, STEPS);
            double progress = 1 - Math.exp(-4.0 * version / STEPS);
            double value = 3.34 + 0.46 * progress;
            trueValues.put(
                    version,
                    new TrueValue(
                            value, value / 3.0557 - 1, (value - 3.3407) / (3.8492 - 3.3407), 0.3 - 0.24 * progress));
            last = evaluation(version, value / 3.0557 - 1, 0.3 - 0.23 * progress);
            Files.write(root.resolve("evaluations/" + version + ".json"), last.toJson());
        }
        if (truth) {
            TrueValue.write(root, trueValues);
        }
        if (last == null) {
            throw new IllegalStateException("no version");
        }
        return last;
    }

    private Estimate estimate(String estimator, double truth, double halfWidth) {
        if (!believable) {
            return new Estimate(
                    estimator,
                    null,
                    null,
                    null,
                    61.3,
                    64,
                    11,
                    125,
                    0,
                    false,
                    "the effective sample size 61 is below 100",
                    Map.of());
        }
        double value = truth + halfWidth * 0.6 * random.nextGaussian() / 1.96;
        return new Estimate(estimator, value, value - halfWidth, value + halfWidth, 812, 812, 403, 125, true);
    }

    private PolicyEstimates estimates(String estimator, double gain, double halfWidth) {
        Estimate relative = estimate(estimator, gain, halfWidth);
        return new PolicyEstimates(
                relative,
                relative,
                estimate(estimator, 0.08, halfWidth),
                estimate(estimator, gain - 0.08, halfWidth * 1.4));
    }

    private Evaluation evaluation(long version, double gain, double diversity) {
        Map<String, PolicyEstimates> estimates = new LinkedHashMap<>();
        estimates.put("ips", estimates("ips", gain, 0.075));
        estimates.put("snips", estimates("snips", gain, 0.042));
        long rows = 100_000;
        List<ActionShare> shares = new ArrayList<>();
        long left = rows;
        for (int a = 0; a < actions.size() && left > 0; a++) {
            long some = Math.min(left, (long) (rows * diversity * Math.exp(-a / 12.0)) + 1);
            shares.add(new ActionShare(a * 7 % actions.size(), some));
            left -= some;
        }
        return new Evaluation(
                1,
                version,
                version,
                "greedy",
                null,
                rows,
                diversity,
                snips(estimates).relativeGain(),
                new Estimate("ips", 3.007, 2.996, 3.018, rows, rows, rows, 1, true),
                actions.manualAction(),
                estimates,
                Map.of("click", snips(estimates), "long_click", snips(estimates)),
                shares,
                distributions(rows),
                segments(gain),
                0.41);
    }

    private static PolicyEstimates snips(Map<String, PolicyEstimates> estimates) {
        PolicyEstimates snips = estimates.get("snips");
        if (snips == null) {
            throw new IllegalStateException("no snips");
        }
        return snips;
    }

    private Map<String, Distribution> distributions(long rows) {
        Map<String, Distribution> distributions = new LinkedHashMap<>();
        for (int h = 0; h < actions.names().size(); h++) {
            double[] values = actions.axisValues(h);
            List<ValueShare> shares = new ArrayList<>();
            for (int g = 0; g < values.length; g++) {
                shares.add(new ValueShare(
                        values[g], rows * (g + 1 + h) / (values.length * (values.length + 1 + 2L * h) / 2)));
            }
            distributions.put(actions.names().get(h), new Distribution(2, shares));
        }
        return distributions;
    }

    private List<SegmentEvaluation> segments(double gain) {
        List<SegmentEvaluation> segments = new ArrayList<>();
        for (Experiment.Segment segment : experiment.evaluation().segments()) {
            for (int s = 0; s < Math.max(2, segment.quantiles()); s++) {
                Map<String, Double> means = new LinkedHashMap<>();
                for (int h = 0; h < actions.names().size(); h++) {
                    double[] values = actions.axisValues(h);
                    double top = values[values.length - 1];
                    means.put(actions.names().get(h), top * (h % 2 == 0 ? 0.2 + 0.06 * s : 0.8 - 0.04 * s));
                }
                PolicyEstimates estimates = estimates("snips", gain + 0.01 * s, 0.13);
                segments.add(new SegmentEvaluation(
                        segment.feature(),
                        "%.3f to %.3f".formatted(0.02 + 0.01 * s, 0.03 + 0.01 * s),
                        0.02 + 0.01 * s,
                        0.03 + 0.01 * s,
                        10_000,
                        0.2,
                        estimates.relativeGain(),
                        estimates.value(),
                        Map.of("snips", estimates),
                        Map.of(),
                        means));
            }
        }
        return segments;
    }

    private Truth truth() {
        return new Truth(
                1,
                7,
                "beef",
                8192,
                new Truth.Fixed(64, actions.decoded(64 % actions.size()), 3.3407),
                new Truth.Fixed(actions.manualAction(), actions.decoded(actions.manualAction()), 3.3028),
                3.0557,
                3.8492,
                0.004,
                0.044,
                105,
                1.73,
                0.29,
                null);
    }

    private Summary summary(Evaluation last) {
        Map<String, Estimate> estimates = new LinkedHashMap<>();
        last.estimates().forEach((name, e) -> estimates.put(name, e.relativeGain()));
        double learned = 3.7916;
        Summary.@Nullable TruthSummary truths = truth
                ? new Summary.TruthSummary(
                        learned / 3.0557 - 1,
                        (learned - 3.3407) / (3.8492 - 3.3407),
                        learned,
                        3.3407,
                        3.3028,
                        3.0557,
                        3.8492,
                        0.004,
                        0.044,
                        0.29)
                : null;
        return new Summary(
                1,
                "demo",
                last.version(),
                7,
                2,
                2,
                ROWS,
                899_990,
                100_000,
                firstPass().rejected(),
                0,
                STEPS,
                41.2,
                21_843,
                "5e0f",
                "cafe",
                last.diversity(),
                last.relativeGain(),
                estimates,
                truths,
                null);
    }
}
