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
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Agreement with the estimators of the Open Bandit Pipeline 0.5.5, whose values lie beside the repository where there are any. */
class GoldenEstimatesTest {
    private static final Path GOLDEN = Path.of("..", "..", "shared", "data", "ope_golden");
    /** Of the values' own readme. */
    private static final double TOLERANCE = 1e-9;

    @TestFactory
    List<DynamicTest> valuesAgreeWithTheOpenBanditPipeline() throws IOException {
        Path expected = GOLDEN.resolve("expected.json");
        Assumptions.assumeTrue(Files.exists(expected), "skipped: no golden values in ../shared/data/ope_golden");
        JsonNode cases = new ObjectMapper().readTree(expected.toFile()).get("cases");
        List<DynamicTest> tests = new ArrayList<>();
        for (Map.Entry<String, JsonNode> one : cases.properties()) {
            tests.add(DynamicTest.dynamicTest(one.getKey(), () -> check(one.getValue())));
        }
        return tests;
    }

    private static void check(JsonNode golden) throws IOException {
        LoggedRows rows = read(
                GOLDEN.resolve(golden.get("file").asText()), golden.get("K").asInt());
        JsonNode expected = golden.get("expected");
        JsonNode checks = expected.get("_checks");
        RowMoments moments = rows.moments();
        Linearized ips = new Ips().value(moments, LoggedRows.WEIGHT, LoggedRows.WEIGHTED_REWARD);
        Linearized snips = new Snips().value(moments, LoggedRows.WEIGHT, LoggedRows.WEIGHTED_REWARD);

        assertThat(rows.count()).isEqualTo(golden.get("n").asLong());
        same(ips.value(), expected.get("ips").get("value"));
        same(Math.sqrt(moments.variance(ips.gradient())), expected.get("ips").get("round_std"));
        same(
                ips.value() - Linearized.Z95 * ips.standardError(moments),
                checks.get("ips_ci95_normal").get(0));
        same(
                ips.value() + Linearized.Z95 * ips.standardError(moments),
                checks.get("ips_ci95_normal").get(1));
        same(snips.value(), expected.get("snips").get("value"));
        same(moments.mean(LoggedRows.REWARD), checks.get("mean_reward"));
        same(moments.mean(LoggedRows.WEIGHT), checks.get("mean_weight"));
        same(rows.policy().largest(), checks.get("max_weight"));
        if (checks.get("ess").isNull()) {
            assertThat(rows.policy().effectiveSampleSize()).isZero();
        } else {
            same(rows.policy().effectiveSampleSize(), checks.get("ess"));
        }
        Linearized behaviour = Linearized.mean(moments, LoggedRows.REWARD, LoggedRows.COLUMNS);
        same(ips.gainOver(behaviour).value(), checks.get("relative_gain_ips"));
        same(rows.greedy().diversity(), checks.get("diversity"));
    }

    private static void same(double found, JsonNode expected) {
        if (expected.isNull()) {
            assertThat(found).isNaN();
        } else {
            assertThat(found).isCloseTo(expected.asDouble(), within(TOLERANCE));
        }
    }

    /** Columns action, reward, propensity, pi0 ... */
    private static LoggedRows read(Path file, int actions) throws IOException {
        LoggedRows rows = new LoggedRows(actions);
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            lines.readLine();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                double[] cells = Arrays.stream(line.split(",", -1))
                        .mapToDouble(Double::parseDouble)
                        .toArray();
                int greedy = 0;
                for (int a = 1; a < actions; a++) {
                    greedy = cells[3 + a] > cells[3 + greedy] ? a : greedy;
                }
                rows.add(cells[1], cells[3 + (int) cells[0]] / cells[2], 0, greedy);
            }
        }
        return rows;
    }
}
