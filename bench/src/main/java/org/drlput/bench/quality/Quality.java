package org.drlput.bench.quality;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.bench.learn.Overrides;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.estimate.EvaluationScope;
import org.drlput.common.estimate.PolicyEvaluator;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.version.Policy;

/** Trains on a log of a set whose truth is known, and says how good the policy is and how good it is believed to be. */
public final class Quality {
    private static final int SCORED_ROWS = 512;

    private static final List<String> OPTIONS =
            List.of("--data", "--set", "--log", "--seed", "--out", "--setting", "--told-uniform");

    private final Map<String, String> options;
    private final List<List<String>> settings;

    private Quality(Map<String, String> options, List<List<String>> settings) {
        this.options = options;
        this.settings = settings;
    }

    public static void main(String[] arguments) throws IOException {
        try {
            System.exit(run(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println("bench/quality: " + e.getMessage());
            System.exit(2);
        }
    }

    private static int run(String[] arguments) throws IOException {
        Map<String, String> options = new LinkedHashMap<>();
        int at = 0;
        for (; at < arguments.length && arguments[at].startsWith("--") && arguments[at].length() > 2; at += 2) {
            if (!OPTIONS.contains(arguments[at])) {
                throw new IllegalArgumentException(
                        "%s: expected --data DIR --set NAMES --log KINDS --seed SEEDS [--out FILE] [--setting FILE] [--told-uniform true] [KEY=VALUE ...]"
                                .formatted(arguments[at]));
            } else if (at + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[at] + ": expected a value behind it");
            }
            options.put(arguments[at], arguments[at + 1]);
        }
        List<List<String>> settings = Overrides.settings(List.of(arguments).subList(at, arguments.length));
        new Quality(options, settings).run();
        return 0;
    }

    private String required(String option) {
        String value = options.get(option);
        if (value == null) {
            throw new IllegalArgumentException(option + ": is missing");
        }
        return value;
    }

    private void run() throws IOException {
        for (String name : required("--set").split(",")) {
            KnownSet set = KnownSet.read(Path.of(required("--data"), name));
            for (String kind : required("--log").split(",")) {
                for (String seed : required("--seed").split(",")) {
                    for (List<String> overrides : settings) {
                        write(line(name, set, kind, Long.parseLong(seed), overrides));
                    }
                }
            }
        }
    }

    private Map<String, Object> line(String name, KnownSet set, String kind, long seed, List<String> overrides)
            throws IOException {
        Experiment experiment = SetExperiment.of(name, set, setting(), kind.startsWith("skew"), overrides);
        boolean toldUniform = Boolean.parseBoolean(options.get("--told-uniform"));
        List<Block> log = set.log("log_%s_seed%d".formatted(kind, seed), experiment, toldUniform);
        long start = System.nanoTime();
        Learned learned = Learned.of(experiment, log);
        double seconds = (System.nanoTime() - start) * 1e-9;

        int[] rows = set.testRows(seed);
        int[] greedy = Policy.of(learned.version(), Kernels.best(), SCORED_ROWS).greedy(set.states(rows));
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("set", name);
        line.put("log", kind);
        line.put("seed", seed);
        line.put("value", rounded(set.value(rows, greedy)));
        line.put("diversity", rounded(diversity(greedy, set.actions())));
        line.put("estimate", estimate(experiment, learned, set.log("testlog_seed" + seed, experiment, false)));
        line.put("seconds", Math.round(seconds * 10) / 10.0);
        line.put("steps", learned.steps());
        line.put("chosen", learned.selection().reason());
        if (toldUniform) {
            line.put("told", "uniform");
        }
        if (!overrides.isEmpty()) {
            line.put("changed", String.join(" ", overrides));
        }
        return line;
    }

    private void write(Map<String, Object> line) throws IOException {
        String json = new ObjectMapper().writeValueAsString(line);
        System.out.println(json);
        if (options.containsKey("--out")) {
            Files.writeString(
                    Path.of(required("--out")), json + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private String setting() throws IOException {
        String file = options.get("--setting");
        if (file != null) {
            return Files.readString(Path.of(file));
        }
        try (InputStream in = Quality.class.getResourceAsStream("setting.yaml")) {
            if (in == null) {
                throw new IllegalStateException("setting.yaml: is missing in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static double diversity(int[] greedy, int actions) {
        int[] counts = new int[actions];
        Arrays.stream(greedy).forEach(action -> counts[action]++);
        return Arrays.stream(counts).max().orElse(0) / (double) greedy.length;
    }

    /** By the test log alone: whatever is known of the other actions has no part in it. */
    private static Map<String, Object> estimate(Experiment experiment, Learned learned, List<Block> testLog) {
        PolicyEvaluator evaluator = PolicyEvaluator.of(experiment, Kernels.best(), EvaluationScope.WHOLE_LOG, testLog);
        Evaluation evaluation = evaluator.evaluate(learned.version(), testLog);
        var estimates = evaluation.estimates().get(evaluation.relativeGain().estimator());
        Map<String, Object> json = new LinkedHashMap<>();
        Estimate value = estimates == null ? null : estimates.value();
        json.put("value", value == null || value.value() == null ? null : rounded(value.value()));
        json.put("low", value == null || value.low() == null ? null : rounded(value.low()));
        json.put("high", value == null || value.high() == null ? null : rounded(value.high()));
        return json;
    }

    private static double rounded(double x) {
        return Math.round(x * 1e6) / 1e6;
    }
}
