package org.drlput.common.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.drlput.common.serve.Decision.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that lack what the policy needs, bring it in a wrong shape or too late, or bring more. */
class UnreadableRequestsTest {
    @TempDir
    Path directory;

    private Path registry() {
        return directory.resolve("registry");
    }

    private PolicyClientOptions options() {
        return ServedVersions.following(registry());
    }

    @Test
    void requestsThatCanNotBeReadGetTheManualSettingForCertain() {
        ServedVersions.publish(registry(), 1);
        PolicyClientOptions options = options().withExploration(Exploration.share(1));
        try (PolicyClient client = PolicyClient.follow("latest", options)) {
            Map<String, Object> missing = new HashMap<>(ServedVersions.request(1));
            missing.remove("hour");
            Map<String, Object> invalid = new HashMap<>(ServedVersions.request(1));
            invalid.put("hour", "noon");

            assertManual(client.decide("r", missing), FallbackCause.MISSING_FEATURES);
            assertManual(client.decide("r", invalid), FallbackCause.INVALID_FEATURES);
            assertThat(client.problems(missing)).containsExactly("feature 'hour' is missing: expected a number");
            assertThat(client.decide("r", ServedVersions.request(1)).reason()).isEqualTo(Reason.EXPLORATION);
        }
    }

    private static void assertManual(Decision decision, FallbackCause cause) {
        assertThat(decision.reason()).isEqualTo(Reason.FALLBACK);
        assertThat(decision.cause()).isEqualTo(cause);
        assertThat(decision.version()).isEqualTo(1);
        assertThat(decision.actionId()).isEqualTo(ServedVersions.MANUAL_ACTION);
        assertThat(decision.hyperparameters()).isEqualTo(ServedVersions.MANUAL);
        assertThat(decision.probability()).isEqualTo(1);
    }

    @Test
    void featuresThatTheVersionDoesNotKnowAreIgnoredAndNamedByTheCheck() {
        ServedVersions.publish(registry(), 1);
        try (PolicyClient client = PolicyClient.follow("latest", options())) {
            Map<String, Object> more = new HashMap<>(ServedVersions.request(1));
            more.put("contry", "de");

            assertThat(client.decide("r", more).actionId())
                    .isEqualTo(client.decide("r", ServedVersions.request(1)).actionId());
            assertThat(client.problems(more))
                    .containsExactly("feature 'contry' is none of this policy's; did you mean 'country'?");
            assertThat(client.problems(ServedVersions.request(1))).isEmpty();
        }
    }

    @Test
    void featuresThatComeTooLateOrNeverAreNotWaitedFor() throws InterruptedException {
        ServedVersions.publish(registry(), 1);
        try (PolicyClient client = PolicyClient.follow("latest", options())) {
            CompletableFuture<Map<String, Object>> features = new CompletableFuture<>();
            assertManual(client.decide("r", features, Duration.ofMillis(1)), FallbackCause.TIME_OUT);
            features.complete(ServedVersions.request(1));
            assertThat(client.decide("r", features, Duration.ofMillis(1)).reason())
                    .isEqualTo(Reason.POLICY);
            assertManual(
                    client.decide(
                            "r",
                            CompletableFuture.<Map<String, Object>>failedFuture(new IOException("store is down")),
                            Duration.ofMillis(1)),
                    FallbackCause.MISSING_FEATURES);
        }
    }
}
