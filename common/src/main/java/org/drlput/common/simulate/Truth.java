package org.drlput.common.simulate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.drlput.common.experiment.ExperimentLoader;
import org.jspecify.annotations.Nullable;

/**
 * What is true of a market, as {@code truth.json}: values of reference policies per request, in units of reward. Of (experiment,
 * seed) alone.
 *
 * @param seed of the market
 * @param marketSha256 of the market's parameters: truths of another market can not be compared
 * @param bestFixed the best single action, found with the truth: no manual tuning can do better
 * @param manual the experiment's production setting
 * @param random the uniform behaviour policy
 * @param oracle the best action given the logged state only, chosen on one set of draws and valued on another
 * @param standardError of oracle - bestFixed
 * @param oracleDiversity share of the oracle's most frequent action
 * @param distinctBestActions actions that are the oracle's in at least one state
 * @param sigma standard deviation of one logged request's reward
 * @param gapOverSigma (oracle - bestFixed) / sigma
 * @param logged null where actions were drawn uniformly
 */
public record Truth(
        int formatVersion,
        long seed,
        String marketSha256,
        int states,
        Fixed bestFixed,
        Fixed manual,
        double random,
        double oracle,
        double standardError,
        double oracleDiversity,
        int distinctBestActions,
        double sigma,
        double gapOverSigma,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Logged logged) {

    public static final String NAME = "truth.json";

    private static final int FORMAT_VERSION = 1;
    /** The oracle chooses on these, which no value is taken on. */
    private static final int ORACLE_DRAWS = 64;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /** What the logs' own behaviour earns, where it is not the uniform one. */
    public record Logged(String behaviour, double value) {}

    /** One action for all. */
    public record Fixed(int action, String hyperparameters, double value) {}

    /** Takes some seconds on every core there is. */
    public static Truth compute(Market market) {
        return compute(market, TestStates.of(market));
    }

    /** The same, on states that are there already. */
    public static Truth compute(Market market, TestStates states) {
        int[] oracle = oracle(market, states);
        int best = 0;
        for (int a = 1; a < market.actions().size(); a++) {
            best = states.value(a).value() > states.value(best).value() ? a : best;
        }
        PolicyValue gap = states.difference(oracle, always(best, states.size()));
        double sigma = states.uniformDeviation();
        int[] counts = counts(oracle, market.actions().size());
        return new Truth(
                FORMAT_VERSION,
                market.seed(),
                ExperimentLoader.sha256(market.description().getBytes(StandardCharsets.UTF_8)),
                states.size(),
                fixed(market, states, best),
                fixed(market, states, market.actions().manualAction()),
                states.uniform().value(),
                states.value(oracle).value(),
                gap.standardError(),
                Arrays.stream(counts).max().orElseThrow() / (double) states.size(),
                (int) Arrays.stream(counts).filter(n -> n > 0).count(),
                sigma,
                gap.value() / sigma,
                null);
    }

    /** The oracle's action in each of the states. */
    public static int[] oracle(Market market, TestStates states) {
        float[][] values = TestStates.values(
                market, states.stream(), states.size(), states.span(), TestStates.VALUE_DRAWS, ORACLE_DRAWS);
        return Arrays.stream(values).mapToInt(Truth::argmax).toArray();
    }

    Truth loggedBy(String behaviour, double value) {
        return new Truth(
                formatVersion,
                seed,
                marketSha256,
                states,
                bestFixed,
                manual,
                random,
                oracle,
                standardError,
                oracleDiversity,
                distinctBestActions,
                sigma,
                gapOverSigma,
                new Logged(behaviour, value));
    }

    /** What exploration traffic earns: the behaviour policy of the logs. */
    public double explored() {
        return logged == null ? random : logged.value();
    }

    private static int argmax(float[] values) {
        int best = 0;
        for (int a = 1; a < values.length; a++) {
            best = values[a] > values[best] ? a : best;
        }
        return best;
    }

    private static int[] counts(int[] actions, int size) {
        int[] counts = new int[size];
        for (int action : actions) {
            counts[action]++;
        }
        return counts;
    }

    static int[] always(int action, int states) {
        int[] actions = new int[states];
        Arrays.fill(actions, action);
        return actions;
    }

    private static Fixed fixed(Market market, TestStates states, int action) {
        return new Fixed(
                action, market.actions().decoded(action), states.value(action).value());
    }

    /** {@code (learned - bestFixed) / (oracle - bestFixed)}: 0 is the best manual tuning, 1 the oracle. */
    public double gapClosed(double learned) {
        return (learned - bestFixed.value()) / (oracle - bestFixed.value());
    }

    public void write(Path file) throws IOException {
        try {
            Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of numbers can be written", e);
        }
    }

    /** @throws IOException where the file is not there or not a {@code truth.json} of this format */
    public static Truth read(Path file) throws IOException {
        @Nullable Truth truth;
        try {
            truth = JSON.readValue(Files.readAllBytes(file), Truth.class);
        } catch (JsonProcessingException e) {
            throw new IOException(
                    "%s: is no truth of a simulated market: %s".formatted(file, e.getOriginalMessage()), e);
        }
        if (truth == null) {
            throw new IOException(file + ": is no truth of a simulated market: found null");
        }
        if (truth.formatVersion() != FORMAT_VERSION) {
            throw new IOException("%s: formatVersion is %d, expected %d: simulate again"
                    .formatted(file, truth.formatVersion(), FORMAT_VERSION));
        }
        return truth;
    }
}
