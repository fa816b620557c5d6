package org.drlput.common.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Agreement with the estimators of the Open Bandit Pipeline 0.5.5, whose values lie beside the repository where there are any. */
class GoldenEstimatesTest {
    /** Where else they may lie: {@code -Ddrlput.golden=DIR}. */
    private static final Path GOLDEN = Path.of(System.getProperty(
            "drlput.golden", Path.of("..", "..", "shared", "data", "ope_golden").toString()));

    /** By their names among the golden values. */
    private static final Map<String, Estimator> ESTIMATORS = new LinkedHashMap<>();

    static {
        ESTIMATORS.put("ips", new Ips());
        ESTIMATORS.put("ips_clip5", new ClippedIps(5));
        ESTIMATORS.put("ips_clip1", new ClippedIps(1));
        ESTIMATORS.put("snips", new Snips());
        ESTIMATORS.put("dm", new DirectMethod());
        ESTIMATORS.put("dr", new DoublyRobust());
        ESTIMATORS.put("dr_clip5", new ClippedDoublyRobust(5));
        ESTIMATORS.put("sndr", new SelfNormalizedDoublyRobust());
        ESTIMATORS.put("switch_dr_2", new SwitchDoublyRobust(2));
        ESTIMATORS.put("dros_10", new ShrunkDoublyRobust(10));
    }

    /** Of the values' own readme. */
    private static final double TOLERANCE = 1e-9;

    @TestFactory
    List<DynamicTest> valuesAgreeWithTheOpenBanditPipeline() throws IOException {
        Path expected = GOLDEN.resolve("expected.json");
        Assumptions.assumeTrue(Files.exists(expected), "skipped: no golden values in " + GOLDEN);
        JsonNode cases = new ObjectMapper().readTree(expected.toFile()).get("cases");
        List<DynamicTest> tests = new ArrayList<>();
        for (Map.Entry<String, JsonNode> one : cases.properties()) {
            tests.add(DynamicTest.dynamicTest(one.getKey(), () -> check(one.getValue())));
        }
        return tests;
    }

    private static void check(JsonNode golden) throws IOException {
        Golden rows = read(
                GOLDEN.resolve(golden.get("file").asText()), golden.get("K").asInt());
        JsonNode expected = golden.get("expected");
        RowMoments moments = rows.logged().moments();

        assertThat(rows.logged().count()).isEqualTo(golden.get("n").asLong());
        ESTIMATORS.forEach((name, estimator) -> {
            Linearized value = rows.logged().value(estimator, Judge.FIRST).of(moments);
            same(value.value(), expected.get(name).get("value"));
            if (estimator instanceof MeanEstimator) {
                same(
                        Math.sqrt(moments.variance(value.gradient())),
                        expected.get(name).get("round_std"));
            }
        });
        checks(rows, expected.get("_checks"));
    }

    private static void checks(Golden rows, JsonNode checks) {
        RowMoments moments = rows.logged().moments();
        Linearized ips = rows.logged().value(new Ips(), Judge.FIRST).of(moments);
        Linearized behaviour = LoggedRows.behaviourValue().of(moments);
        ImportanceWeights weights = rows.logged().weights(Judge.FIRST);
        same(
                ips.value() - Linearized.Z95 * ips.standardError(moments),
                checks.get("ips_ci95_normal").get(0));
        same(
                ips.value() + Linearized.Z95 * ips.standardError(moments),
                checks.get("ips_ci95_normal").get(1));
        same(behaviour.value(), checks.get("mean_reward"));
        same(moments.mean(2), checks.get("mean_weight"));
        same(weights.largest(), checks.get("max_weight"));
        if (checks.get("ess").isNull()) {
            assertThat(weights.effectiveSampleSize()).isZero();
        } else {
            same(weights.effectiveSampleSize(), checks.get("ess"));
        }
        same(ips.gainOver(behaviour).value(), checks.get("relative_gain_ips"));
        same(rows.greedy().diversity(), checks.get("diversity"));
    }

    /** The rows of one case. */
    private record Golden(LoggedRows logged, GreedyActions greedy) {}

    private static void same(double found, JsonNode expected) {
        if (expected.isNull()) {
            assertThat(found).isNaN();
        } else {
            assertThat(found).isCloseTo(expected.asDouble(), within(TOLERANCE));
        }
    }

    /** Columns action, reward, propensity, pi0 ..., q0 ... */
    private static Golden read(Path file, int actions) throws IOException {
        LoggedRows rows =
                new LoggedRows(Estimators.of(List.copyOf(ESTIMATORS.values())), 1, LoggedRows.Intervals.NORMAL);
        GreedyActions greedyActions = new GreedyActions(actions);
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            lines.readLine();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                double[] cells = Arrays.stream(line.split(",", -1))
                        .mapToDouble(Double::parseDouble)
                        .toArray();
                int action = (int) cells[0];
                int greedy = 0;
                double model = 0;
                for (int a = 0; a < actions; a++) {
                    greedy = cells[3 + a] > cells[3 + greedy] ? a : greedy;
                    model += cells[3 + a] * cells[3 + actions + a];
                }
                double ofAction = cells[3 + actions + action];
                ScoredRow.addTo(rows, new ScoredRow(cells[1], cells[3 + action] / cells[2], model, ofAction));
                greedyActions.add(greedy);
            }
        }
        return new Golden(rows, greedyActions);
    }
}
