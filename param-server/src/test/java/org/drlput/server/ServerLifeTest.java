package org.drlput.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.drlput.common.client.ClientOptions;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.client.ParameterServerException;
import org.drlput.common.client.RowSelection;
import org.drlput.common.client.RunFence;
import org.drlput.common.client.TrainingSession;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.SummationTree.Subtree;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.wire.v1.StatusReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting, stopping and dying, and what clients see of it. */
class ServerLifeTest {
    /** Gives up soon. */
    private static final ClientOptions IMPATIENT = new ClientOptions(
            Duration.ofSeconds(20),
            Duration.ofMillis(300),
            Duration.ofSeconds(20),
            Duration.ofMillis(200),
            Duration.ofSeconds(10));

    private final TestRun run = TestRun.of("run", 3, "{type: sgd}", 100);

    @TempDir
    Path data;

    @Test
    void aShardOfADirectoryIsServedOnce() {
        ShardServer.Settings settings = ShardServer.Settings.embedded(0, 2, data);
        try (ShardServer first = ShardServer.start(settings);
                ShardServer other = ShardServer.start(ShardServer.Settings.embedded(1, 2, data))) {
            assertThat(first.port()).isNotEqualTo(other.port());
            assertThatThrownBy(() -> ShardServer.start(settings))
                    .isInstanceOf(ServerStartException.class)
                    .hasMessage(
                            data + " is served as shard 0 by another server: stop that one, or use another directory");
        }
        ShardServer.start(settings).close();
    }

    @Test
    void aTakenPortIsToldAndTheDirectoryIsFree() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> ShardServer.start(new ShardServer.Settings(0, 1, data, "127.0.0.1", port)))
                    .isInstanceOf(ServerStartException.class)
                    .hasMessageStartingWith("shard 0 can not listen on 127.0.0.1:" + port + ": ")
                    .hasMessageEndingWith(": use another port, or stop who has it");
        }
        ShardServer.start(ShardServer.Settings.embedded(0, 1, data)).close();
    }

    @Test
    void aFileIsNoDataDirectory() throws Exception {
        Path file = Files.writeString(data.resolve("file"), "");
        assertThatThrownBy(() -> ShardServer.start(ShardServer.Settings.embedded(0, 1, file)))
                .isInstanceOf(ServerStartException.class)
                .hasMessageStartingWith(file + " can not be used as data directory: ");
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new ShardServer.Settings(2, 2, data, "127.0.0.1", 0))
                .hasMessage("shard 2 of 2: expected 0 <= shard < shards");
        assertThatThrownBy(() -> new ShardServer.Settings(0, 1, data, "127.0.0.1", 70_000))
                .hasMessage("port: found 70000, expected 0 to 65535");
    }

    @Test
    void closingEndsTheWaitOfItsProcessAndOfItsClients() throws Exception {
        ShardServer server = ShardServer.start(ShardServer.Settings.embedded(0, 1, data));
        CompletableFuture<Void> process = CompletableFuture.runAsync(() -> {
            try {
                server.awaitTermination();
            } catch (InterruptedException e) {
                throw new CompletionException(e);
            }
        });
        try (ParameterClient client = ParameterClient.connect(List.of(server.address()), IMPATIENT)) {
            assertThat(client.status(0, 0, Duration.ZERO).getShard()).isZero();
            CompletableFuture<StatusReply> waiting =
                    CompletableFuture.supplyAsync(() -> client.status(0, Long.MAX_VALUE, Duration.ofSeconds(60)));
            server.close();
            server.close();
            process.get(20, TimeUnit.SECONDS);
            assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(
                            ParameterServerException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.UNAVAILABLE))
                    .hasMessageStartingWith("shard 0 (" + server.address() + "): status: can not be reached (")
                    .hasMessageEndingWith("): is it running? see its log");
        }
    }

    @Test
    void aDeadShardIsNoticedWhileAnotherOneStillWaits() {
        // pulls of a step that never comes wait for minutes; shard 1 is not there
        ClientOptions patient = new ClientOptions(
                Duration.ofMinutes(5),
                Duration.ofMinutes(5),
                Duration.ofMinutes(5),
                Duration.ofMillis(200),
                Duration.ofSeconds(10));
        try (TestServers servers = new TestServers(data, 2, patient)) {
            RunFence fence = run.fence(1, servers.client().open(run.openRequest(1, 1, 2)));
            TrainingSession session = servers.client().session(fence, run.tensors());
            servers.server(1).close();
            assertThatThrownBy(() -> session.pull(1, new RowSelection(run.tensors()), new Parameters(run.tensors())))
                    .isInstanceOfSatisfying(ParameterServerException.class, e -> {
                        assertThat(e.code()).isEqualTo(Code.UNAVAILABLE);
                        assertThat(e.shard()).isEqualTo(1);
                    })
                    .hasMessageStartingWith(
                            "shard 1 (" + servers.addresses().get(1) + "): pull of step 1: can not be reached (");
            Subtree sum = new Subtree(0, 1, new Contribution(run.tensors()));
            assertThatThrownBy(() -> session.push(0, sum, List.of(), null).join())
                    .cause()
                    .hasMessageStartingWith("shard 1 (" + servers.addresses().get(1)
                            + "): push of step 0, micro-batches 0 to 0: can not be reached (");
        }
    }

    @Test
    void aPullThatWaitsTooLongSaysSo() {
        try (TestServers servers = new TestServers(data, 1, IMPATIENT)) {
            RunFence fence = run.fence(1, servers.client().open(run.openRequest(1, 1, 1)));
            TrainingSession session = servers.client().session(fence, run.tensors());
            assertThatThrownBy(() -> session.pull(2, new RowSelection(run.tensors()), new Parameters(run.tensors())))
                    .isInstanceOfSatisfying(
                            ParameterServerException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.DEADLINE_EXCEEDED))
                    .hasMessage("shard 0 (" + servers.addresses().get(0)
                            + "): pull of step 2: no answer within 0.300 s: see its log for what it waits for");
        }
    }

    @Test
    void aClientInterruptedGivesItsCallsUp() throws Exception {
        try (TestServers servers = new TestServers(data, 1)) {
            RunFence fence = run.fence(1, servers.client().open(run.openRequest(1, 1, 1)));
            TrainingSession session = servers.client().session(fence, run.tensors());
            CompletableFuture<Throwable> failure = new CompletableFuture<>();
            Thread worker = new Thread(() -> {
                try {
                    var unused = session.pull(2, new RowSelection(run.tensors()), new Parameters(run.tensors()));
                } catch (ParameterServerException e) {
                    failure.complete(Thread.currentThread().isInterrupted() ? e : new AssertionError("not restored"));
                }
            });
            worker.start();
            worker.interrupt();
            assertThat(failure.get(20, TimeUnit.SECONDS)).hasMessage("pull of step 2: interrupted");
        }
    }

    @Test
    void aShardThatWasStartedAgainIsAnotherOne() throws Exception {
        int port;
        ShardServer first = ShardServer.start(ShardServer.Settings.embedded(0, 1, data));
        port = first.port();
        try (ParameterClient client = ParameterClient.connect(List.of(first.address()))) {
            RunFence fence = run.fence(1, client.open(run.openRequest(1, 1, 1)));
            first.close();
            try (ShardServer second = ShardServer.start(new ShardServer.Settings(0, 1, data, "127.0.0.1", port))) {
                Subtree sum = new Subtree(0, 1, new Contribution(run.tensors()));
                TrainingSession session = client.session(fence, run.tensors());
                assertThatThrownBy(() -> session.push(0, sum, List.of(), null).join())
                        .cause()
                        .hasMessageEndingWith("this shard is not opened: only Status is served before Open: open it");
                RunFence again = run.fence(2, client.open(run.openRequest(2, 2, 1)));
                assertThat(again.incarnations()).isNotEqualTo(fence.incarnations());
                assertThatThrownBy(() -> session.push(0, sum, List.of(), null).join())
                        .cause()
                        .isInstanceOfSatisfying(
                                ParameterServerException.class,
                                e -> assertThat(e.code()).isEqualTo(Code.FAILED_PRECONDITION))
                        .hasMessageEndingWith(
                                "generation: found 1, expected 2, with which this shard is open: who asks is of another life");
                assertThat(second.port()).isEqualTo(port);
            }
        }
    }

    @Test
    void openWaitsForAShardThatIsStillStarting() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (ParameterClient client = ParameterClient.connect(List.of("127.0.0.1:" + port))) {
            CompletableFuture<?> open = CompletableFuture.supplyAsync(() -> client.open(run.openRequest(1, 1, 1)));
            try (ShardServer late = ShardServer.start(new ShardServer.Settings(0, 1, data, "127.0.0.1", port))) {
                open.get(60, TimeUnit.SECONDS);
                assertThat(client.statuses().get(0).getGeneration()).isEqualTo(1);
                assertThat(late.port()).isEqualTo(port);
            }
        }
    }
}
