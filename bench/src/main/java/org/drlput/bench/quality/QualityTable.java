package org.drlput.bench.quality;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tables in Markdown, one for each kind of log, of the lines of {@link Quality}. See {@code bench/quality-table}. */
public final class QualityTable {
    private QualityTable() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            throw new IllegalArgumentException("expected LINES.jsonl: see the head of bench/quality-table");
        }
        Map<String, Map<String, List<JsonNode>>> bySet = new LinkedHashMap<>();
        ObjectMapper json = new ObjectMapper();
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            JsonNode node = json.readTree(line);
            bySet.computeIfAbsent(node.get("log").asText(), any -> new LinkedHashMap<>())
                    .computeIfAbsent(node.get("set").asText(), any -> new ArrayList<>())
                    .add(node);
        }
        bySet.forEach((log, sets) -> System.out.println(table(log, sets)));
    }

    private static String table(String log, Map<String, List<JsonNode>> sets) {
        StringBuilder table = new StringBuilder(
                "| log %s | seed 1 | Diversity | its estimate | 95 %% interval | all seeds: mean | least to greatest | seeds | seconds |%n"
                        .formatted(log));
        table.append("|---|---|---|---|---|---|---|---|---|\n");
        sets.forEach((set, lines) -> table.append(row(set, lines)));
        return table.toString();
    }

    private static String row(String set, List<JsonNode> lines) {
        JsonNode first = lines.stream()
                .filter(line -> line.get("seed").asLong() == 1)
                .findFirst()
                .orElse(lines.get(0));
        JsonNode estimate = first.get("estimate");
        double[] values = lines.stream()
                .mapToDouble(line -> line.get("value").asDouble())
                .sorted()
                .toArray();
        double mean = Arrays.stream(values).average().orElseThrow();
        double seconds = lines.stream()
                .mapToDouble(line -> line.get("seconds").asDouble())
                .average()
                .orElseThrow();
        return String.format(
                Locale.ROOT,
                "| %s | **%.3f** | %.3f | %s | %s to %s | %.3f | %.3f to %.3f | %d | %.0f |%n",
                set,
                first.get("value").asDouble(),
                first.get("diversity").asDouble(),
                number(estimate.get("value")),
                number(estimate.get("low")),
                number(estimate.get("high")),
                mean,
                values[0],
                values[values.length - 1],
                values.length,
                seconds);
    }

    private static String number(JsonNode number) {
        return number.isNull() ? "–" : String.format(Locale.ROOT, "%.3f", number.asDouble());
    }
}
