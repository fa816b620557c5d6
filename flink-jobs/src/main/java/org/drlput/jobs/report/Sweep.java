package org.drlput.jobs.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.drlput.common.estimate.Estimate;
import org.jspecify.annotations.Nullable;

/**
 * {@code sweep.json}: policies that were trained on the same number of rows over grids of different sizes, on one simulated market.
 * Values are true, reward per request, all on the same states.
 *
 * @param optimum of hyperparameters that may take any value, as near as a fine grid comes to it
 * @param manual of the manual setting of the market, 1, 3, 3 and 0.2
 * @param points in the order that they were trained
 */
public record Sweep(
        int formatVersion, long seed, long rows, int states, double optimum, double manual, List<Point> points) {
    public static final String NAME = "sweep.json";
    public static final int FORMAT_VERSION = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /**
     * One grid.
     *
     * @param levels of each hyperparameter, and {@code groups} that they are grouped to
     * @param actions K
     * @param value of the policy that was learned
     * @param standardError of the regret
     * @param regret optimum - value
     * @param gridOptimum of the best action of this grid in each state
     * @param relativeGain what the hold-out says of the policy, with its effective sample size
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Point(
            int levels,
            int groups,
            int actions,
            double value,
            double regret,
            double standardError,
            double gridOptimum,
            @Nullable Double diversity,
            @Nullable Estimate relativeGain) {}

    /** The grid whose policy earns most. */
    public Point best() {
        Point best = points.get(0);
        for (Point point : points) {
            best = point.value() > best.value() ? point : best;
        }
        return best;
    }

    /** Replaces the directory's {@code sweep.json} at once, and returns its path. */
    public Path write(Path directory) throws IOException {
        Path partial = directory.resolve(NAME + ".partial");
        Files.writeString(partial, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
        return Files.move(partial, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    }
}
