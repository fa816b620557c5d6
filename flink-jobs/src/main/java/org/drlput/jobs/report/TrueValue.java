package org.drlput.jobs.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a version's greedy policy is truly worth on the simulated market, one entry of {@code true-values.json}.
 *
 * @param value reward per request
 * @param relativeGain over uniformly drawn actions
 * @param gapClosed 0: the best single action, 1: the oracle
 * @param diversity over the states that the truth is taken on
 */
public record TrueValue(double value, double relativeGain, double gapClosed, double diversity) {
    public static final String NAME = "true-values.json";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** By version; replaces the directory's file at once. */
    public static void write(Path directory, Map<Long, TrueValue> values) throws IOException {
        Path partial = directory.resolve(NAME + ".partial");
        Files.writeString(
                partial, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(new TreeMap<>(values)) + "\n");
        Files.move(partial, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Empty where there is no file. */
    public static SortedMap<Long, TrueValue> read(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        if (!Files.exists(file)) {
            return new TreeMap<>();
        }
        try {
            return JSON.readValue(Files.readAllBytes(file), new TypeReference<TreeMap<Long, TrueValue>>() {});
        } catch (JsonProcessingException e) {
            throw new IOException("%s: holds no true values: %s".formatted(file, e.getOriginalMessage()), e);
        }
    }
}
