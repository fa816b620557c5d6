package org.drlput.jobs.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.drlput.common.estimate.Estimate;
import org.jspecify.annotations.Nullable;

/**
 * {@code ablation.json}: policies that were trained for different rewards on the same logs, and what each does to every single
 * outcome.
 *
 * @param rows of the logs
 * @param outcomes by name, in the experiment's order
 * @param arms one a reward, in the order that was asked for
 * @param references what the arms are compared with: exploration traffic and the manual setting
 */
public record Ablation(
        int formatVersion,
        String experiment,
        long seed,
        long rows,
        List<String> outcomes,
        List<Arm> arms,
        List<Reference> references) {

    public static final String NAME = "ablation.json";
    public static final int FORMAT_VERSION = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /**
     * The policy that was trained for one reward.
     *
     * @param formula of the reward, as {@code 1 x revenue + 0.5 x long_click}
     * @param run directory of its run, below the ablation's
     * @param effects by outcome
     */
    public record Arm(
            String reward,
            String formula,
            String run,
            long version,
            @Nullable Double diversity,
            Map<String, Effect> effects) {}

    /**
     * A policy's effect on one outcome, per request.
     *
     * @param value estimated from the held-out rows
     * @param relativeGain the same over exploration traffic
     * @param truth null where the logs are not simulated
     * @param trueGain the same over exploration traffic
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Effect(
            Estimate value,
            Estimate relativeGain,
            @Nullable True truth,
            @Nullable Double trueGain) {}

    /** A true value per request with its standard error. */
    public record True(double value, double standardError) {}

    /** A policy that nobody trained. */
    public record Reference(String name, Map<String, Level> levels) {}

    /** A reference's value of one outcome, per request. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Level(Estimate value, @Nullable Double truth) {}

    /** The arm of which an outcome is truly the greatest; where there is no truth, by the estimates. Null: not known. */
    @Nullable
    Arm best(String outcome) {
        Arm best = null;
        double most = Double.NEGATIVE_INFINITY;
        for (Arm arm : arms) {
            Effect effect = arm.effects().get(outcome);
            if (effect == null) {
                continue;
            }
            True truth = effect.truth();
            Double estimate = effect.value().value();
            double value = truth != null ? truth.value() : estimate == null ? Double.NEGATIVE_INFINITY : estimate;
            if (value > most) {
                most = value;
                best = arm;
            }
        }
        return best;
    }

    /** Replaces the directory's {@code ablation.json} at once, and returns its path. */
    public Path write(Path directory) throws IOException {
        Path partial = directory.resolve(NAME + ".partial");
        Files.writeString(partial, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
        return Files.move(partial, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    }

    public static Ablation read(Path directory) throws IOException {
        return JSON.readValue(Files.readAllBytes(directory.resolve(NAME)), Ablation.class);
    }
}
