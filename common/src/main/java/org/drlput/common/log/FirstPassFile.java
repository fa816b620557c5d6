package org.drlput.common.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.drlput.common.experiment.ExperimentLoader;

/** {@code first-pass.json}: a first pass's result on disk, the same bytes for the same result. */
public final class FirstPassFile {
    public static final String NAME = "first-pass.json";

    private static final int FORMAT_VERSION = 1;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Not the platform's line ends: the bytes are hashed. */
    private static final DefaultIndenter LINES = new DefaultIndenter("  ", "\n");

    private FirstPassFile() {}

    /** A result and the SHA-256 of its file, by which it is named in {@code Open}. */
    public record Loaded(FirstPassResult result, String sha256) {}

    public static byte[] bytes(FirstPassResult result) {
        try {
            return JSON.writer(new DefaultPrettyPrinter().withObjectIndenter(LINES))
                    .writeValueAsBytes(result);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("first pass result " + result, e);
        }
    }

    /** Reads the result of the first pass whose output this directory is. */
    public static Loaded read(Path directory) {
        Path file = directory.resolve(NAME);
        if (!Files.exists(file)) {
            throw new LogException("%s: there is no first pass: expected %s".formatted(directory, NAME));
        }
        try {
            byte[] bytes = Files.readAllBytes(file);
            return new Loaded(parse(bytes, file.toString()), ExperimentLoader.sha256(bytes));
        } catch (IOException e) {
            throw broken(file.toString(), e);
        }
    }

    /** The result in the bytes of its file; {@code sourceName} is what messages call it. */
    public static FirstPassResult parse(byte[] bytes, String sourceName) {
        try {
            FirstPassResult result = JSON.readValue(bytes, FirstPassResult.class);
            if (result.formatVersion() != FORMAT_VERSION) {
                throw new LogException("%s: formatVersion is %d, expected %d: make the first pass again"
                        .formatted(sourceName, result.formatVersion(), FORMAT_VERSION));
            }
            return result;
        } catch (IOException e) {
            throw broken(sourceName, e);
        }
    }

    private static LogException broken(String sourceName, IOException e) {
        return new LogException(
                "%s: is broken: %s: make the first pass again".formatted(sourceName, LogReader.firstLine(e)), e);
    }
}
