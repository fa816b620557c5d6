package org.drlput.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.drlput.common.client.VersionClient;
import org.drlput.common.ledger.AliasMove;
import org.drlput.common.ledger.VersionKeeper;
import org.drlput.common.ledger.Who;
import org.drlput.common.math.Kernels;
import org.drlput.common.serve.Decision;
import org.drlput.common.serve.Exploration;
import org.drlput.common.serve.PolicyClient;
import org.drlput.common.serve.PolicyClientException;
import org.drlput.common.serve.PolicyClientOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An ad server's client on a real server process. */
class FollowingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Map<String, Object> REQUEST = Map.of("ctr", 0.2, "hour", 7, "country", "de", "user", 12);

    @TempDir
    Path data;

    @TempDir
    Path elsewhere;

    private final TestRun run = TestRun.of("run", 1, "{type: sgd}", 1);

    private void publish(long version) {
        TestPublication.publish(data, run, version, weights -> weights.values("output.bias")[0] = version);
    }

    private static AliasMove stable(@Nullable Long from, long to) {
        return new AliasMove("stable", to, from, new AliasMove.Forced(null), new Who("test", "the next one"));
    }

    private PolicyClientOptions options(String address) {
        return PolicyClientOptions.server(address)
                .withKernels(Kernels.named("plain"))
                .withExploration(Exploration.share(0))
                .withPollInterval(Duration.ofMillis(100))
                .withStartTimeout(PATIENCE)
                .withStore(elsewhere.resolve("store"));
    }

    private static void awaitVersion(PolicyClient client, long version) {
        await().atMost(PATIENCE).until(() -> client.status().version() == version);
    }

    @Test
    void aFollowerOutlivesItsServerServesNoByteThatIsNotVerifiedAndCatchesUp() throws Exception {
        VersionKeeper keeper = new VersionKeeper(data, Clock.systemUTC());
        publish(1);
        publish(2);
        keeper.move(stable(null, 1));
        List<Long> served = new CopyOnWriteArrayList<>();
        try (ServerProcess server = new ServerProcess(data, elsewhere.resolve("log"));
                PolicyClient client =
                        PolicyClient.follow("stable", options(server.address()).withOnSwap(served::add))) {
            assertThat(client.decide("r", REQUEST).version()).isEqualTo(1);
            try (VersionClient versions = VersionClient.connect(server.address())) {
                versions.move(stable(1L, 2));
            }
            awaitVersion(client, 2);

            server.kill();
            publish(3);
            keeper.move(stable(2L, 3));
            Path weights = data.resolve("versions/000000000003/weights-0.arrow");
            byte[] good = Files.readAllBytes(weights);
            byte[] bad = good.clone();
            bad[good.length / 2] ^= 1;
            Files.write(weights, bad);
            await().atMost(PATIENCE).until(() -> client.status().problem() != null);
            assertThat(client.status().problem()).startsWith(server.address() + ": UNAVAILABLE");
            assertThat(client.decide("r", REQUEST).reason()).isEqualTo(Decision.Reason.POLICY);
            server.startAgain();

            await().atMost(PATIENCE)
                    .until(() -> String.valueOf(client.status().problem()).contains("is refused"));
            assertThat(client.status().problem())
                    .startsWith("version 3 of alias 'stable' is refused: %s: version 3/weights-0.arrow: its SHA-256 is "
                            .formatted(server.address()));
            assertThat(client.status().version()).isEqualTo(2);
            Files.write(weights, good);
            awaitVersion(client, 3);
            assertThat(served).containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void aFollowerStartsFromDiskWithoutItsServerAndFindsItWhenItComes() throws Exception {
        publish(1);
        try (ServerProcess server = new ServerProcess(data, elsewhere.resolve("log"))) {
            PolicyClient.follow("latest", options(server.address())).close();
            server.kill();

            try (PolicyClient client = PolicyClient.follow("latest", options(server.address()))) {
                assertThat(client.decide("r", REQUEST).version()).isEqualTo(1);
                assertThat(client.decide("r", REQUEST).reason()).isEqualTo(Decision.Reason.POLICY);
                publish(2);
                server.startAgain();
                awaitVersion(client, 2);
            }
        }
    }

    @Test
    void ofSeveralServersTheOneThatAnswersIsFollowed() throws Exception {
        publish(1);
        try (ServerSocket free = new ServerSocket(0);
                ServerProcess server = new ServerProcess(data, elsewhere.resolve("log"))) {
            String nobody = "127.0.0.1:" + free.getLocalPort();
            free.close();
            PolicyClientOptions options = PolicyClientOptions.server(nobody, server.address())
                    .withKernels(Kernels.named("plain"))
                    .withManual(Files.write(elsewhere.resolve("experiment.yaml"), run.experimentYaml()));
            try (PolicyClient client = PolicyClient.follow("latest", options)) {
                awaitVersion(client, 1);
            }
        }
    }

    @Test
    void anAliasThatNamesNothingIsToldAtTheStart() throws Exception {
        publish(1);
        try (ServerProcess server = new ServerProcess(data, elsewhere.resolve("log"))) {
            assertThatThrownBy(() -> PolicyClient.follow("stable", options(server.address())))
                    .isInstanceOf(PolicyClientException.class)
                    .hasMessageStartingWith(
                            "alias 'stable': there is no version to start with: %s: alias 'stable' names no version: publish one, or move the alias"
                                    .formatted(server.address()));
        }
    }
}
