package org.drlput.common.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Which requests explore, and what they do then: what clients in other languages are held to, kept with the Python one. Here, that it
 * is still what this library says. {@link #main} has made it.
 */
class GoldenExplorationTest {
    private static final Path GOLDEN = Path.of("..", "clients", "python", "tests", "golden", "exploration.json");
    private static final int[] ACTIONS = {2, 125, 5_000};
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void theSameRequestsExploreAsEver() throws IOException {
        JsonNode cases = JSON.readTree(Files.readAllBytes(GOLDEN)).get("cases");
        assertThat(cases).hasSizeGreaterThan(100);
        for (JsonNode expected : cases) {
            Exploration exploration = new Exploration(
                    expected.get("share").asDouble(), expected.get("salt").asText());
            assertThat((JsonNode) answer(exploration, expected.get("requestId").asText()))
                    .isEqualTo(expected);
        }
        assertThat(cases.findValuesAsText("explores")).contains("true", "false");
    }

    private static ObjectNode answer(Exploration exploration, String requestId) {
        RequestHash hash = new RequestHash(exploration);
        hash.request(requestId);
        ObjectNode answer = JSON.createObjectNode();
        answer.put("share", exploration.share());
        answer.put("salt", exploration.salt());
        answer.put("requestId", requestId);
        answer.put("explores", hash.explores());
        ArrayNode actions = answer.putArray("uniformAction");
        for (int count : ACTIONS) {
            actions.add(hash.uniformAction(count));
        }
        answer.put("sample", hash.sample());
        return answer;
    }

    /** Makes the golden file that is named. */
    public static void main(String[] args) throws IOException {
        List<String> ids = new ArrayList<>(
                List.of("", "r1", "caf\u00e9", "\u8acb\u6c42", "\ud83d\ude00", "half \ud800 a pair", "x".repeat(300)));
        IntStream.range(0, 30).forEach(i -> ids.add("request-" + i));
        ObjectNode golden = JSON.createObjectNode();
        ArrayNode cases = golden.putArray("cases");
        for (Exploration exploration :
                List.of(Exploration.DEFAULT, Exploration.share(0.3), new Exploration(0.5, "caf\u00e9 2"))) {
            ids.forEach(id -> cases.add(answer(exploration, id)));
        }
        ObjectMapper ascii = new ObjectMapper(
                JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build());
        Files.writeString(
                Path.of(args[0]), ascii.writerWithDefaultPrettyPrinter().writeValueAsString(golden) + "\n");
    }
}
