package org.drlput.jobs.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** {@code journal.jsonl}: a line for each finished run. What was interrupted is not in it, and is done again. */
final class Journal {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final Path file;
    private final List<Run> runs = new ArrayList<>();

    /**
     * @param servesMillis until every shard answered; -1: that was not waited for
     * @param computesMillis until the job got on; -1: it was over, or another fault came before
     * @param problem empty: none
     */
    record Fault(String kind, String target, long step, long servesMillis, long computesMillis, String problem) {}

    /** @param problems empty: everything held */
    record Run(
            int run,
            String mode,
            long seed,
            double seconds,
            String weights,
            List<Fault> faults,
            List<String> problems) {}

    Journal(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                try {
                    runs.add(JSON.readValue(line, Run.class));
                } catch (JsonProcessingException e) {
                    // half a line: chaos was killed while it wrote
                    break;
                }
            }
        }
    }

    List<Run> runs() {
        return List.copyOf(runs);
    }

    void add(Run run) throws IOException {
        runs.add(run);
        Files.writeString(
                file, JSON.writeValueAsString(run) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
