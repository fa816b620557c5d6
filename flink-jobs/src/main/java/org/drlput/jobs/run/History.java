package org.drlput.jobs.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code history.jsonl}: how a run got on, a line about every second. Metrics are sums since the run's first step. */
public final class History implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final BufferedWriter out;

    /**
     * @param seconds since training began
     * @param rows positions of the epochs' row sequences that the applied steps cover
     * @param residentBytes of this process, as the system counts them; null where it does not tell
     */
    public record Line(
            double seconds,
            long step,
            long rows,
            double rowsPerSecond,
            @Nullable Long residentBytes,
            Sums metrics) {}

    /** As {@code gradient/Metrics}: sums over the valid rows of all applied steps. */
    public record Sums(
            long rows,
            double rewardSum,
            double rewardSquareSum,
            double weightSum,
            double weightSquareSum,
            double weightedRewardSum,
            double entropySum,
            long greedyMatches,
            double greedyWeightSum,
            double greedyWeightedRewardSum,
            long refusedMicroBatches,
            long clippedRows) {
        public static Sums of(org.drlput.common.wire.v1.Metrics m) {
            return new Sums(
                    m.getRows(),
                    m.getRewardSum(),
                    m.getRewardSquareSum(),
                    m.getWeightSum(),
                    m.getWeightSquareSum(),
                    m.getWeightedRewardSum(),
                    m.getEntropySum(),
                    m.getGreedyMatches(),
                    m.getGreedyWeightSum(),
                    m.getGreedyWeightedRewardSum(),
                    m.getRefusedMicroBatches(),
                    m.getClippedRows());
        }
    }

    /** Begins a new file. */
    public History(Path file) throws IOException {
        out = Files.newBufferedWriter(file);
    }

    public void add(Line line) throws IOException {
        out.write(JSON.writeValueAsString(line));
        out.newLine();
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** The lines of a file, up to one that was cut off. */
    public static List<Line> read(Path file) throws IOException {
        List<Line> lines = new ArrayList<>();
        for (String text : Files.readAllLines(file)) {
            try {
                lines.add(JSON.readValue(text, Line.class));
            } catch (JsonProcessingException e) {
                // a run that was killed leaves half a line at its end
                break;
            }
        }
        return lines;
    }
}
