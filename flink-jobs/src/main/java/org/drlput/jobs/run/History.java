package org.drlput.jobs.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code history.jsonl}: how a run got on, a line about every second. Metrics are sums since the run's first step. A run that was
 * restored goes back to an earlier step, and its next line says so: the lines before it that are further are then void.
 */
public final class History implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final BufferedWriter out;
    private final double secondsBefore;

    /**
     * @param seconds of training since it began; the time between a stop and going on is not in them
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

    private History(BufferedWriter out, double secondsBefore) {
        this.out = out;
        this.secondsBefore = secondsBefore;
    }

    /** Begins a new file. */
    public static History create(Path file) throws IOException {
        return new History(Files.newBufferedWriter(file), 0);
    }

    /** Goes on with what an earlier life of the run wrote, however it ended; begins a new file where it wrote none. */
    public static History append(Path file) throws IOException {
        if (!Files.exists(file)) {
            return create(file);
        }
        // a run that was killed leaves half a line at its end
        String text = Files.readString(file);
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        if (whole.length() < text.length()) {
            Files.writeString(file, whole);
        }
        double seconds = lines(file).stream().mapToDouble(Line::seconds).max().orElse(0);
        return new History(Files.newBufferedWriter(file, StandardOpenOption.APPEND), seconds);
    }

    /** Of training, in the run's earlier lives; void lines count: they took their time. */
    public double secondsBefore() {
        return secondsBefore;
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

    /** The lines of a file that still hold, up to one that was cut off: steps do not fall from one to the next. */
    public static List<Line> read(Path file) throws IOException {
        List<Line> lines = new ArrayList<>();
        for (Line line : lines(file)) {
            while (!lines.isEmpty() && lines.get(lines.size() - 1).step() > line.step()) {
                lines.remove(lines.size() - 1);
            }
            lines.add(line);
        }
        return lines;
    }

    private static List<Line> lines(Path file) throws IOException {
        List<Line> lines = new ArrayList<>();
        for (String text : Files.readAllLines(file)) {
            try {
                lines.add(JSON.readValue(text, Line.class));
            } catch (JsonProcessingException e) {
                break;
            }
        }
        return lines;
    }
}
