package org.drlput.common.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.math.Kernels;
import org.drlput.common.version.Policy;
import org.drlput.common.version.Version;
import org.junit.jupiter.api.Test;

/**
 * A version of formatVersion 1 and decisions by it, which other languages are tested by, kept with the Python client: here, that
 * they are still what this library says. {@link #main} has made them.
 */
class GoldenVersionTest {
    private static final Path GOLDEN = Path.of("..", "clients", "python", "tests", "golden");
    private static final String EXPECTED = "expected.json";
    private static final long VERSION = 7;
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void theGoldenVersionDecidesAsItDid() throws IOException {
        Policy policy = policy(GOLDEN);
        JsonNode cases =
                JSON.readTree(Files.readAllBytes(GOLDEN.resolve(EXPECTED))).get("cases");
        assertThat(cases).hasSizeGreaterThan(5);
        for (JsonNode expected : cases) {
            Policy.Decision decision = policy.decide(
                    JSON.convertValue(expected.get("request"), new TypeReference<Map<String, Object>>() {}));
            float[] probabilities = JSON.convertValue(expected.get("probabilities"), float[].class);
            assertThat(decision.probabilities())
                    .as("%s", expected.get("request"))
                    .usingComparatorWithPrecision(1e-6f)
                    .containsExactly(probabilities);
            assertThat(decision.actionId()).isEqualTo(expected.get("actionId").asInt());
        }
    }

    private static Policy policy(Path root) {
        return Policy.of(
                Version.read(root.resolve("versions").resolve("%012d".formatted(VERSION))), Kernels.named("plain"), 1);
    }

    private static List<Map<String, Object>> requests() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("ctr", 0.3);
        all.put("hour", 23.5);
        all.put("country", "de");
        all.put("user", 42);
        all.put("interests", List.of("a", "caf\u00e9", "a"));
        all.put("topics", List.of("food", "art", "boats"));
        all.put("age", 30);
        all.put("weekday", 6.5);
        Map<String, Object> strange = new LinkedHashMap<>(all);
        strange.put("user", "");
        strange.put("country", "nowhere");
        strange.put("interests", List.of());
        strange.put("age", true);
        strange.put("hour", -1e6);
        return List.of(
                all,
                strange,
                without(all, "ctr"),
                without(all, "country", "user"),
                without(all, "interests", "topics"),
                without(all, "age", "weekday"),
                Map.of("hour", 3));
    }

    private static Map<String, Object> without(Map<String, Object> request, String... names) {
        Map<String, Object> rest = new LinkedHashMap<>(request);
        Arrays.asList(names).forEach(rest::remove);
        return rest;
    }

    /** Makes the golden files in the directory that is named. */
    public static void main(String[] args) throws IOException {
        Path root = Path.of(args[0]);
        Path version = ExportedVersions.publish(root, ExportedVersions.EVERY_KIND, VERSION);
        Policy policy = policy(root);
        ObjectNode expected = JSON.createObjectNode();
        ArrayNode cases = expected.putArray("cases");
        for (Map<String, Object> request : requests()) {
            Policy.Decision decision = policy.decide(request);
            ObjectNode one = cases.addObject();
            one.set("request", JSON.valueToTree(request));
            one.put("actionId", decision.actionId());
            one.set("hyperparameters", JSON.valueToTree(decision.hyperparameters()));
            one.set("probabilities", JSON.valueToTree(decision.probabilities()));
        }
        Files.writeString(
                root.resolve(EXPECTED), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(expected) + "\n");
        System.out.println("made " + version);
    }
}
