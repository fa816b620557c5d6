package org.drlput.common.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.drlput.common.ledger.AliasMove;
import org.drlput.common.ledger.VersionKeeper;
import org.drlput.common.ledger.Who;
import org.drlput.common.serve.Decision.Reason;
import org.drlput.common.serve.PolicyClientOptions.Acting;
import org.drlput.common.serve.ServedVersions.TestTime;
import org.drlput.common.version.Policy;
import org.drlput.common.version.TestVersions;
import org.drlput.common.version.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyClientTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private Path registry() {
        return directory.resolve("registry");
    }

    private Path store() {
        return directory.resolve("store");
    }

    private PolicyClientOptions options() {
        return ServedVersions.following(registry());
    }

    private void awaitVersion(PolicyClient client, long version) {
        await().atMost(PATIENCE).until(() -> client.status().version() == version);
    }

    /** Moves the registry away, or back: the place of the versions is gone, or there again. */
    private void moveAway() throws IOException {
        Files.move(registry(), directory.resolve("away"));
    }

    private void moveBack() throws IOException {
        Files.move(directory.resolve("away"), registry());
    }

    @Test
    void aDecisionIsThatOfTheVersionsPolicyToTheLastBit() {
        Policy policy = Policy.of(Version.read(ServedVersions.publish(registry(), 12)), ServedVersions.PLAIN, 1);
        try (PolicyClient greedy = PolicyClient.follow("latest", options());
                PolicyClient sampled = PolicyClient.follow("latest", options().withActing(Acting.SAMPLED))) {
            List<Integer> actions = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                Policy.Decision expected = policy.decide(ServedVersions.request(i));

                Decision decision = greedy.decide("r" + i, ServedVersions.request(i));
                assertThat(decision.version()).isEqualTo(12);
                assertThat(decision.actionId()).isEqualTo(expected.actionId());
                assertThat(decision.probability()).isEqualTo(1);
                assertThat(decision.hyperparameters()).isEqualTo(expected.hyperparameters());
                assertThat(List.copyOf(decision.hyperparameters().keySet())).containsExactly("w_click", "reserve");
                assertThat(decision.reason()).isEqualTo(Reason.POLICY);
                assertThat(decision.cause()).isNull();
                assertThat(decision.why()).isEqualTo("policy");

                Decision drawn = sampled.decide("r" + i, ServedVersions.request(i));
                assertThat(drawn.probability()).isEqualTo(expected.probabilities()[drawn.actionId()]);
                actions.add(drawn.actionId());
            }
            assertThat(actions.stream().distinct().count()).isGreaterThan(3);
            assertThat(greedy.status().decisions()).isEqualTo(500);
        }
    }

    @Test
    void sampledActionsAreDrawnByThePolicysProbabilities() {
        Policy policy = Policy.of(Version.read(TestVersions.publish(registry(), 1, 3)), ServedVersions.PLAIN, 1);
        float[] probabilities = policy.decide(ServedVersions.request(1)).probabilities();
        int draws = 20_000;
        int[] counts = new int[probabilities.length];
        try (PolicyClient client = PolicyClient.follow("latest", options().withActing(Acting.SAMPLED))) {
            for (int i = 0; i < draws; i++) {
                counts[client.decide("request-" + i, ServedVersions.request(1)).actionId()]++;
            }
        }
        for (int a = 0; a < counts.length; a++) {
            double deviation = Math.sqrt(draws * probabilities[a] * (1 - probabilities[a]));
            // a hash, so no chance: five deviations hold for these ids, or do not
            assertThat((double) counts[a])
                    .isBetween(draws * probabilities[a] - 5 * deviation, draws * probabilities[a] + 5 * deviation);
        }
    }

    @Test
    void versionsAreSwappedUnderLoadWithoutAFailedDecision() {
        ServedVersions.publish(registry(), 1);
        List<Long> swaps = new CopyOnWriteArrayList<>();
        try (PolicyClient client = PolicyClient.follow("latest", options().withOnSwap(swaps::add))) {
            AtomicBoolean ended = new AtomicBoolean();
            List<CompletableFuture<String>> deciders = new ArrayList<>();
            for (int thread = 0; thread < 3; thread++) {
                deciders.add(CompletableFuture.supplyAsync(() -> decideUntil(ended, client)));
            }
            for (long version = 2; version <= 20; version++) {
                ServedVersions.publish(registry(), version);
                awaitVersion(client, version);
            }
            ended.set(true);
            deciders.forEach(decider -> assertThat(decider.join()).isEmpty());
            assertThat(swaps).hasSize(20).isSorted();
            assertThat(client.status().fallbacks()).isEmpty();
        }
    }

    /** Decides until it is ended; returns what was wrong with a decision. */
    private static String decideUntil(AtomicBoolean ended, PolicyClient client) {
        long last = 0;
        for (int i = 0; !ended.get(); i++) {
            Decision decision = client.decide("r" + i, ServedVersions.request(i));
            if (decision.reason() != Reason.POLICY || decision.version() < last) {
                return decision + " after version " + last;
            }
            last = decision.version();
        }
        return "";
    }

    @Test
    void theLastGoodVersionIsServedFromDiskWhileThePlaceOfTheVersionsIsAway() throws IOException {
        ServedVersions.publish(registry(), 1);
        ServedVersions.publish(registry(), 2);
        PolicyClientOptions options = options().withStore(store());
        Decision before;
        try (PolicyClient client = PolicyClient.follow("latest", options)) {
            before = client.decide("r", ServedVersions.request(3));
        }
        moveAway();

        try (PolicyClient client = PolicyClient.follow("latest", options)) {
            Decision decision = client.decide("r", ServedVersions.request(3));
            assertThat(decision.version()).isEqualTo(2);
            assertThat(decision.reason()).isEqualTo(Reason.POLICY);
            assertThat(decision.actionId()).isEqualTo(before.actionId());
            assertThat(client.status().problem())
                    .isEqualTo(registry() + ": is no directory, expected one with versions");

            moveBack();
            ServedVersions.publish(registry(), 3);
            awaitVersion(client, 3);
            await().atMost(PATIENCE).until(() -> client.status().problem() == null);
        }
    }

    @Test
    void theStoreHoldsTheLastVersionAloneAndAnythingUnfinishedIsCleanedUp() throws IOException {
        Path unfinished = Files.createDirectories(store().resolve("000000000001-0badcafe"));
        Files.writeString(unfinished.resolve("weights-0.arrow"), "half of it");
        ServedVersions.publish(registry(), 1);
        try (PolicyClient client = PolicyClient.follow("latest", options().withStore(store()))) {
            ServedVersions.publish(registry(), 2);
            awaitVersion(client, 2);
        }

        try (var entries = Files.list(store())) {
            assertThat(entries.map(path -> path.getFileName().toString()).sorted())
                    .satisfiesExactly(
                            name -> assertThat(name).matches("000000000002-[0-9a-f]{8}"),
                            name -> assertThat(name).isEqualTo("current.json"),
                            name -> assertThat(name).isEqualTo("lock"));
        }
    }

    @Test
    void aDiskThatTakesNoVersionIsToldAndTheVersionIsServedAllTheSame() throws IOException {
        ServedVersions.publish(registry(), 1);
        try (PolicyClient client = PolicyClient.follow("latest", options().withStore(store()))) {
            Path elsewhere = Files.move(store(), directory.resolve("elsewhere"));
            Files.writeString(store(), "a file, where a directory is expected");
            ServedVersions.publish(registry(), 2);
            awaitVersion(client, 2);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(client.status().problem())
                            .startsWith("version 2 can not be kept on disk: ")
                            .contains(store().toString()));
            assertThat(client.decide("r", ServedVersions.request(1)).version()).isEqualTo(2);

            Files.delete(store());
            Files.move(elsewhere, store());
        }
        moveAway();
        try (PolicyClient client = PolicyClient.follow("latest", options().withStore(store()))) {
            assertThat(client.status().version()).isEqualTo(2);
        }
    }

    @Test
    void anAliasThatIsTakenAwayLeavesTheVersionInUseUntilItIsTooOld() throws IOException {
        ServedVersions.publish(registry(), 1);
        ServedVersions.publish(registry(), 2);
        VersionKeeper keeper = new VersionKeeper(registry(), Clock.systemUTC());
        Who ann = new Who("ann", "because");
        keeper.move(new AliasMove("canary", 1L, null, new AliasMove.Free(), ann));
        TestTime time = new TestTime();
        PolicyClientOptions options = options().withMaxAge(Duration.ofHours(1));
        try (PolicyClient client = PolicyClient.follow("canary", options, time::nanos, Clock.systemUTC())) {
            keeper.move(new AliasMove("canary", null, 1L, new AliasMove.Free(), ann));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(client.status().problem())
                            .isEqualTo(
                                    registry() + ": alias 'canary' names no version: publish one, or move the alias"));
            assertThat(client.decide("r", ServedVersions.request(1)).version()).isEqualTo(1);
            time.pass(Duration.ofMinutes(61));
            assertThat(client.decide("r", ServedVersions.request(1)).cause()).isEqualTo(FallbackCause.TOO_OLD);

            keeper.move(new AliasMove("canary", 2L, null, new AliasMove.Free(), ann));
            awaitVersion(client, 2);
            assertThat(client.decide("r", ServedVersions.request(1)).reason()).isEqualTo(Reason.POLICY);
        }
    }

    @Test
    void aVersionThatWasNotConfirmedForTooLongGivesWayToTheManualSettingUntilItIs() throws IOException {
        ServedVersions.publish(registry(), 1);
        TestTime time = new TestTime();
        PolicyClientOptions options = options().withMaxAge(Duration.ofHours(1));
        try (PolicyClient client = PolicyClient.follow("latest", options, time::nanos, Clock.systemUTC())) {
            // confirmed again and again
            time.pass(Duration.ofMinutes(59));
            await().atMost(PATIENCE).until(() -> client.status().age().compareTo(Duration.ofMinutes(1)) < 0);
            moveAway();
            await().atMost(PATIENCE).until(() -> client.status().problem() != null);
            time.pass(Duration.ofMinutes(59));
            assertThat(client.decide("r", ServedVersions.request(1)).reason()).isEqualTo(Reason.POLICY);
            time.pass(Duration.ofMinutes(2));

            Decision decision = client.decide("r", ServedVersions.request(1));
            assertThat(decision.reason()).isEqualTo(Reason.FALLBACK);
            assertThat(decision.cause()).isEqualTo(FallbackCause.TOO_OLD);
            assertThat(decision.why()).isEqualTo("fallback: tooOld");
            assertThat(decision.actionId()).isEqualTo(ServedVersions.MANUAL_ACTION);
            assertThat(decision.hyperparameters()).isEqualTo(ServedVersions.MANUAL);
            assertThat(decision.probability()).isEqualTo(1);
            assertThat(client.status().fallbacks()).containsOnly(Map.entry(FallbackCause.TOO_OLD, 1L));

            moveBack();
            await().atMost(PATIENCE).until(() -> client.status().problem() == null);
            assertThat(client.decide("r", ServedVersions.request(1)).reason()).isEqualTo(Reason.POLICY);
        }
    }

    @Test
    void theAgeOfAVersionOnDiskCountsTheTimeThatTheClientWasNotThere() throws IOException {
        ServedVersions.publish(registry(), 1);
        PolicyClientOptions options = options().withStore(store()).withMaxAge(Duration.ofHours(1));
        Instant start = Instant.parse("2026-12-01T10:00:00Z");
        PolicyClient.follow("latest", options, System::nanoTime, Clock.fixed(start, ZoneOffset.UTC))
                .close();
        moveAway();

        Instant soon = start.plus(Duration.ofMinutes(59));
        try (PolicyClient client =
                PolicyClient.follow("latest", options, System::nanoTime, Clock.fixed(soon, ZoneOffset.UTC))) {
            assertThat(client.decide("r", ServedVersions.request(1)).reason()).isEqualTo(Reason.POLICY);
        }
        Instant late = start.plus(Duration.ofMinutes(61));
        try (PolicyClient client =
                PolicyClient.follow("latest", options, System::nanoTime, Clock.fixed(late, ZoneOffset.UTC))) {
            assertThat(client.decide("r", ServedVersions.request(1)).cause()).isEqualTo(FallbackCause.TOO_OLD);
        }
    }

    @Test
    void aVersionThatIsDamagedIsNotServedUntilItIsWhole() throws IOException {
        ServedVersions.publish(registry(), 1);
        TestTime time = new TestTime();
        PolicyClientOptions options = options().withMaxAge(Duration.ofHours(1));
        try (PolicyClient client = PolicyClient.follow("latest", options, time::nanos, Clock.systemUTC())) {
            Path hidden = directory.resolve("hidden");
            Path weights = ServedVersions.publish(hidden, 2).resolve("weights-0.arrow");
            byte[] good = ServedVersions.damage(weights);
            Path published = registry().resolve("versions/000000000002");
            Files.move(hidden.resolve("versions/000000000002"), published);

            await().atMost(PATIENCE).until(() -> client.status().problem() != null);
            assertThat(client.status().problem())
                    .startsWith("version 2 of alias 'latest' is refused: " + published
                            + "/weights-0.arrow: its SHA-256 is ")
                    .endsWith("it was cut, damaged or exchanged: fetch the version again");
            assertThat(client.decide("r", ServedVersions.request(1)).version()).isEqualTo(1);
            assertThat(client.decide("r", ServedVersions.request(1)).reason()).isEqualTo(Reason.POLICY);
            time.pass(Duration.ofMinutes(61));
            Decision decision = client.decide("r", ServedVersions.request(1));
            assertThat(decision.cause()).isEqualTo(FallbackCause.WRONG_CHECKSUM);
            assertThat(decision.hyperparameters()).isEqualTo(ServedVersions.MANUAL);

            Files.write(published.resolve("weights-0.arrow"), good);
            awaitVersion(client, 2);
            assertThat(client.decide("r", ServedVersions.request(1)).reason()).isEqualTo(Reason.POLICY);
        }
    }

    @Test
    void withoutAnyVersionRequestsGetTheManualSettingAndExploreUntilThereIsOne() throws IOException {
        Files.createDirectories(registry());
        PolicyClientOptions options =
                options().withManual(ServedVersions.experimentFile(directory)).withExploration(Exploration.share(0.25));
        try (PolicyClient client = PolicyClient.follow("latest", options)) {
            int explored = 0;
            for (int i = 0; i < 1000; i++) {
                Decision decision = client.decide("r" + i, ServedVersions.request(i));
                assertThat(decision.version()).isEqualTo(Decision.NO_VERSION);
                assertThat(decision.cause()).isEqualTo(FallbackCause.NO_VERSION);
                boolean manual = decision.actionId() == ServedVersions.MANUAL_ACTION;
                assertThat(decision.probability()).isEqualTo(0.25 / 6 + (manual ? 0.75 : 0));
                assertThat(manual || decision.explored()).isTrue();
                explored += decision.explored() ? 1 : 0;
            }
            assertThat(explored).isBetween(180, 320);
            assertThat(client.status().problem())
                    .isEqualTo(registry() + ": alias 'latest' names no version: publish one, or move the alias");

            ServedVersions.publish(registry(), 1);
            awaitVersion(client, 1);
        }
    }

    @Test
    void withoutVersionAndManualSettingItDoesNotStartAndSaysWhy() {
        assertThatThrownBy(() -> PolicyClient.follow("stable", options().withStore(store())))
                .isInstanceOf(PolicyClientException.class)
                .hasMessage(
                        "alias 'stable': there is no version to start with: %s: is no directory, expected one with versions; none is kept in %s. Set withManual to the experiment file, and requests get its manual setting until there is one"
                                .formatted(registry(), store()));
        assertThatThrownBy(() -> PolicyClient.follow("stable", options().withManual(directory.resolve("none.yaml"))))
                .hasMessageStartingWith("manual setting: ")
                .hasMessageContaining("none.yaml")
                .hasMessageContaining("no such file, expected an experiment file");
    }

    @Test
    void aDamagedVersionOnDiskIsNotServed() throws IOException {
        ServedVersions.publish(registry(), 1);
        PolicyClientOptions options = options().withStore(store()).withManual(ServedVersions.experimentFile(directory));
        PolicyClient.follow("latest", options).close();
        moveAway();
        try (var kept = Files.walk(store())) {
            kept.filter(file -> file.endsWith("weights-0.arrow")).forEach(ServedVersions::damage);
        }

        try (PolicyClient client = PolicyClient.follow("latest", options)) {
            Decision decision = client.decide("r", ServedVersions.request(1));
            assertThat(decision.cause()).isEqualTo(FallbackCause.WRONG_CHECKSUM);
            assertThat(decision.hyperparameters()).isEqualTo(ServedVersions.MANUAL);
            moveBack();
            awaitVersion(client, 1);
        }
    }

    @Test
    void aStoreIsOneClientsAlone() {
        ServedVersions.publish(registry(), 1);
        try (PolicyClient client = PolicyClient.follow("latest", options().withStore(store()))) {
            assertThatThrownBy(() -> PolicyClient.follow("latest", options().withStore(store())))
                    .isInstanceOf(PolicyClientException.class)
                    .hasMessage(store()
                            + ": another client keeps its version here: give each client a directory of its own");
            assertThat(client.status().version()).isEqualTo(1);
        }
    }

    @Test
    void theShareOfExploringRequestsActsUniformlyAndTheMixturesProbabilitiesAreThoseOfTheActions() {
        ServedVersions.publish(registry(), 1);
        double share = 0.2;
        int requests = 30_000;
        try (PolicyClient client = PolicyClient.follow("latest", options().withExploration(Exploration.share(share)))) {
            int[] counts = new int[6];
            int explored = 0;
            Decision greedy = null;
            for (int i = 0; i < requests; i++) {
                Decision decision = client.decide("request-" + i, ServedVersions.request(1));
                if (decision.explored()) {
                    explored++;
                    counts[decision.actionId()]++;
                } else {
                    greedy = decision;
                }
                boolean best = greedy != null && decision.actionId() == greedy.actionId();
                if (greedy != null) {
                    assertThat(decision.probability()).isEqualTo(share / 6 + (best ? 1 - share : 0));
                }
                assertThat(client.decide("request-" + i, ServedVersions.request(1))
                                .actionId())
                        .isEqualTo(decision.actionId());
            }
            assertNear(explored, requests, share);
            for (int count : counts) {
                assertNear(count, explored, 1.0 / 6);
            }
        }
    }

    private static void assertNear(int count, int trials, double probability) {
        double deviation = Math.sqrt(trials * probability * (1 - probability));
        assertThat((double) count)
                .isBetween(trials * probability - 5 * deviation, trials * probability + 5 * deviation);
    }

    @Test
    void chanceIsTheHashOfTheRequestIdThatIsWrittenDown() {
        // by a program of its own, from the specification of xxh64
        assertChance("a", 0.6860522864954965, 33, 0.4904843972053382);
        assertChance("b", 0.5663385815282549, 22, 0.008321357281878439);
        assertChance("request-1", 0.9987199807806273, 4, 0.028970178471151464);
        assertChance("Zürich", 0.6043088076173321, 28, 0.054018910573336854);
    }

    private static void assertChance(String requestId, double share, int actionOf64, double sample) {
        RequestHash more = new RequestHash(Exploration.share(Math.nextUp(share)));
        RequestHash exact = new RequestHash(Exploration.share(share));
        more.request(requestId);
        exact.request(requestId);
        assertThat(more.explores()).isTrue();
        assertThat(exact.explores()).isFalse();
        assertThat(exact.uniformAction(64)).isEqualTo(actionOf64);
        assertThat(exact.sample()).isEqualTo(sample);
    }
}
