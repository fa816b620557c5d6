package org.drlput.jobs.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.gate.GateDecision.Finding;
import org.jspecify.annotations.Nullable;

/**
 * {@code summary.json}: what a command came to, for programs; see docs/contracts.md.
 *
 * @param command demo, train or evaluate
 * @param version that is summed up: the run's last
 * @param seed of the training
 * @param rows trained, held out and rejected
 * @param rowsTrained rows that trained in each epoch
 * @param seconds with the first pass
 * @param rowsPerSecond rows trained, as often as they were, by {@code seconds}
 * @param diversity null without rows to judge by
 * @param relativeGain over the behaviour policy, by the experiment's headline estimator; null like diversity
 * @param estimates the same by each estimator
 * @param truth null where the logs are not simulated
 * @param gate what the gate decided about the version; null where it was not to be asked
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Summary(
        int formatVersion,
        String command,
        long version,
        long seed,
        int parallelism,
        int shards,
        long rows,
        long rowsTrained,
        long rowsHeldOut,
        Map<String, Long> rejectedRows,
        long refusedMicroBatches,
        long steps,
        double seconds,
        long rowsPerSecond,
        String weightsSha256,
        String experimentSha256,
        @Nullable Double diversity,
        @Nullable Estimate relativeGain,
        Map<String, Estimate> estimates,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable TruthSummary truth,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable GateSummary gate) {

    public static final String NAME = "summary.json";
    public static final int FORMAT_VERSION = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /**
     * What is true of the version and of what it is compared with, in units of reward.
     *
     * @param relativeGain true gain of the learned policy over uniformly drawn actions
     * @param gapClosed {@code (learned - bestFixed) / (oracle - bestFixed)}
     * @param bestFixed the best single action; no manual tuning can do better
     * @param manual the experiment's production setting
     * @param random uniformly drawn actions
     * @param oracle the best action for each logged state
     * @param standardError of oracle - bestFixed
     * @param gapOverSigma {@code (oracle - bestFixed)} over the standard deviation of one request's reward
     */
    public record TruthSummary(
            double relativeGain,
            double gapClosed,
            double learned,
            double bestFixed,
            double manual,
            double random,
            double oracle,
            double standardError,
            double oracleDiversity,
            double gapOverSigma) {}

    /**
     * What the gate decided.
     *
     * @param version that it was asked for: the one that the selection chose, or the last one where it chose none; null in files of
     *     before there was a choice
     * @param stableBefore where {@code stable} stood; null: nowhere
     * @param stable where it stands since
     * @param source of the rows that judged
     * @param findings rule by rule
     * @param problem why it could not be asked; null where it could
     * @param verdict what to use of the run, in a sentence; null where it is not about the end of a run
     */
    public record GateSummary(
            Decision decision,
            @Nullable Long version,
            @Nullable Long stableBefore,
            @Nullable Long stable,
            String source,
            List<Finding> findings,
            @Nullable String problem,
            @Nullable String verdict) {
        public GateSummary {
            findings = List.copyOf(findings);
        }

        /** The same with a verdict. */
        public GateSummary with(String sentence) {
            return new GateSummary(decision, version, stableBefore, stable, source, findings, problem, sentence);
        }

        public enum Decision {
            @JsonProperty("promoted")
            PROMOTED,
            /** It may be stable; the experiment does not ask to move it. */
            @JsonProperty("advised")
            ADVISED,
            @JsonProperty("held")
            HELD,
            /** It was not to be asked: one action for everybody was chosen. */
            @JsonProperty("fixedAction")
            FIXED_ACTION,
            /** It could not be asked. */
            @JsonProperty("notAsked")
            NOT_ASKED
        }
    }

    /** Replaces the directory's {@code summary.json} at once, and returns its path. */
    public Path write(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        Path partial = directory.resolve(NAME + ".partial");
        Files.writeString(partial, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
        return Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** @throws IOException where there is none, or none of this format: the message says so */
    public static Summary read(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        Summary summary;
        try {
            summary = JSON.readValue(Files.readAllBytes(file), Summary.class);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": is missing: the run did not come to its end", e);
        } catch (JsonProcessingException e) {
            throw new IOException("%s: is no summary of a run: %s".formatted(file, e.getOriginalMessage()), e);
        }
        if (summary == null || summary.formatVersion() != FORMAT_VERSION) {
            throw new IOException("%s: formatVersion is %s, expected %d"
                    .formatted(file, summary == null ? "missing" : summary.formatVersion(), FORMAT_VERSION));
        }
        return summary;
    }
}
