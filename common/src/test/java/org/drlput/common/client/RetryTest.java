package org.drlput.common.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.drlput.common.client.TrainingSession.PulledStep;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.RewardsSeen;
import org.drlput.common.gradient.SummationTree.Subtree;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.tensor.TensorSpec.Role;
import org.drlput.common.wire.TensorOutput;
import org.drlput.common.wire.v1.FetchVersionRequest;
import org.drlput.common.wire.v1.FileChunk;
import org.drlput.common.wire.v1.ParametersGrpc;
import org.drlput.common.wire.v1.PullChunk;
import org.drlput.common.wire.v1.PullHeader;
import org.drlput.common.wire.v1.PullRequest;
import org.drlput.common.wire.v1.PushChunk;
import org.drlput.common.wire.v1.PushReply;
import org.drlput.common.wire.v1.StatusReply;
import org.drlput.common.wire.v1.StatusRequest;
import org.drlput.common.wire.v1.VersionsGrpc;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client does where a shard answers with errors or nonsense; the shard is a fake behind real gRPC. */
class RetryTest {
    private static final List<TensorSpec> TENSORS =
            List.of(new TensorSpec("table", 10, 2, Role.EMBEDDING), new TensorSpec("weight", 700_000, 1, Role.DENSE));

    private static final RunFence FENCE = new RunFence("run", 1, List.of(5L), "sha", "plain");
    private static final ClientOptions OPTIONS = new ClientOptions(
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10));

    private final FakeParameters parameters = new FakeParameters();
    private final FakeVersions versions = new FakeVersions();
    private Server server;
    private String address;
    private ParameterClient client;

    @BeforeEach
    @SuppressWarnings("NullAway.Init")
    void start() throws Exception {
        server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .addService(parameters)
                .addService(versions)
                .build()
                .start();
        address = "127.0.0.1:" + server.getPort();
        client = ParameterClient.connect(List.of(address), OPTIONS);
    }

    @AfterEach
    void stop() throws InterruptedException {
        client.close();
        server.shutdownNow().awaitTermination();
    }

    /** Fails with the given statuses first. */
    private static final class FakeParameters extends ParametersGrpc.ParametersImplBase {
        private final List<Status> failures = new CopyOnWriteArrayList<>();
        private final AtomicInteger calls = new AtomicInteger();
        private final List<PushChunk> pushed = new CopyOnWriteArrayList<>();
        private final List<PullChunk> answers = new ArrayList<>();

        private boolean fails(StreamObserver<?> observer) {
            int call = calls.getAndIncrement();
            if (call < failures.size()) {
                observer.onError(failures.get(call).asRuntimeException());
                return true;
            }
            return false;
        }

        @Override
        public void status(StatusRequest request, StreamObserver<StatusReply> observer) {
            if (!fails(observer)) {
                observer.onNext(StatusReply.newBuilder().setStep(7).build());
                observer.onCompleted();
            }
        }

        @Override
        public void pull(PullRequest request, StreamObserver<PullChunk> observer) {
            if (!fails(observer)) {
                answers.forEach(observer::onNext);
                observer.onCompleted();
            }
        }

        @Override
        public StreamObserver<PushChunk> push(StreamObserver<PushReply> observer) {
            pushed.clear();
            return new StreamObserver<>() {
                @Override
                public void onNext(PushChunk message) {
                    pushed.add(message);
                }

                @Override
                public void onError(Throwable error) {}

                @Override
                public void onCompleted() {
                    if (!fails(observer)) {
                        observer.onNext(PushReply.getDefaultInstance());
                        observer.onCompleted();
                    }
                }
            };
        }
    }

    private static final class FakeVersions extends VersionsGrpc.VersionsImplBase {
        private final List<FileChunk> files = new ArrayList<>();

        @Override
        public void fetch(FetchVersionRequest request, StreamObserver<FileChunk> observer) {
            files.forEach(observer::onNext);
            observer.onCompleted();
        }
    }

    private static Subtree sum() {
        Contribution contribution = new Contribution(TENSORS);
        contribution.metrics().rows = 3;
        contribution.sparse(0).addRow(4, new float[] {1, 2}, 0);
        contribution.dense(1)[699_999] = 5;
        return new Subtree(2, 2, contribution);
    }

    @Test
    void aPushIsMadeAgainWholeWhileTheShardIsUnavailable() {
        parameters.failures.addAll(List.of(Status.UNAVAILABLE, Status.UNAVAILABLE, Status.UNAVAILABLE));
        client.session(FENCE, TENSORS).push(9, sum(), List.of(), null).join();
        assertThat(parameters.calls).hasValue(4);
        // the row, then 2.7 MiB of dense values: whole, from the first message on
        assertThat(parameters.pushed.size()).isEqualTo(4);
        assertThat(parameters.pushed.get(0).getHeader().getId().getStep()).isEqualTo(9);
        assertThat(parameters.pushed.get(0).getHeader().getId().getMicroBatchList())
                .containsExactly(2, 3);
        assertThat(parameters.pushed.stream()
                        .mapToInt(PushChunk::getTensorCount)
                        .sum())
                .isEqualTo(parameters.pushed.get(0).getHeader().getTensorChunks());
    }

    @ParameterizedTest
    @EnumSource(
            value = Code.class,
            names = {
                "INVALID_ARGUMENT",
                "FAILED_PRECONDITION",
                "RESOURCE_EXHAUSTED",
                "DATA_LOSS",
                "INTERNAL",
                "UNKNOWN",
                "ABORTED",
                "CANCELLED",
                "UNIMPLEMENTED"
            })
    void noOtherFailureIsTriedAgain(Code code) {
        parameters.failures.add(code.toStatus().withDescription("because"));
        assertThatThrownBy(() -> client.session(FENCE, TENSORS)
                        .push(9, sum(), List.of(), null)
                        .join())
                .cause()
                .isInstanceOfSatisfying(ParameterServerException.class, e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.shard()).isZero();
                })
                .hasMessageStartingWith("shard 0 (" + address + "): push of step 9, micro-batches 2 to 3: because");
        assertThat(parameters.calls).hasValue(1);
    }

    @Test
    void unavailableForTooLongIsAFailure() {
        ClientOptions impatient = new ClientOptions(
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                Duration.ZERO,
                Duration.ofSeconds(10));
        parameters.failures.add(Status.UNAVAILABLE.withDescription("stopping"));
        try (ParameterClient other = ParameterClient.connect(List.of(address), impatient)) {
            assertThatThrownBy(() -> other.status(0, 0, Duration.ZERO))
                    .isInstanceOfSatisfying(
                            ParameterServerException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.UNAVAILABLE))
                    .hasMessage("shard 0 (" + address
                            + "): status: can not be reached (stopping): is it running? see its log");
        }
        assertThat(client.status(0, 0, Duration.ZERO).getStep()).isEqualTo(7);
    }

    private PulledStep pull(RowSelection rows) {
        return client.session(FENCE, TENSORS).pull(0, rows, new Parameters(TENSORS));
    }

    private static void weights(List<PullChunk> into, int chunksPromised) {
        TensorOutput output = new TensorOutput();
        output.addRun("weight", 0, new float[700_000], 0, 700_000);
        PullChunk.Builder first =
                PullChunk.newBuilder().setHeader(PullHeader.newBuilder().setTensorChunks(chunksPromised));
        while (output.hasNext()) {
            into.add(first.addAllTensor(output.nextMessage()).build());
            first = PullChunk.newBuilder();
        }
    }

    @Test
    void anAnswerThatIsNotWholeIsRefused() {
        assertThatThrownBy(() -> pull(new RowSelection(TENSORS)))
                .hasMessageEndingWith("pull of step 0: the answer has no header");

        weights(parameters.answers, 4);
        assertThatThrownBy(() -> pull(new RowSelection(TENSORS)))
                .hasMessageEndingWith("found 3 tensor chunks, expected 4: the message was cut short");

        parameters.answers.clear();
        weights(parameters.answers, 3);
        assertThat(pull(new RowSelection(TENSORS))).isEqualTo(new PulledStep(0, new RewardsSeen(0, 0, 0, 0)));
        RowSelection rows = new RowSelection(TENSORS);
        rows.add(0, 3);
        assertThatThrownBy(() -> pull(rows))
                .isInstanceOfSatisfying(
                        ParameterServerException.class,
                        e -> assertThat(e.code()).isEqualTo(Code.DATA_LOSS))
                .hasMessageEndingWith("pull of step 0: tensor table: rows are missing in the answer");
    }

    @Test
    void aFileNameThatLeadsElsewhereIsRefused(@TempDir Path directory) {
        for (String name : List.of("../outside", "/etc/x", "", ".hidden", "a/b")) {
            versions.files.clear();
            versions.files.add(FileChunk.newBuilder().setName("manifest.json").build());
            versions.files.add(FileChunk.newBuilder().setName(name).build());
            assertThatThrownBy(() -> client.versions().fetch(1, directory.resolve("versions")))
                    .hasMessageContaining("file '" + name + "': is no name of a version's file, or comes twice");
        }
        assertThat(directory.resolve("versions")).isEmptyDirectory();
    }

    @Test
    void aFileWithAGapIsRefused(@TempDir Path directory) {
        versions.files.add(
                FileChunk.newBuilder().setName("manifest.json").setOffset(3).build());
        assertThatThrownBy(() -> client.versions().fetch(1, directory))
                .hasMessageEndingWith("file manifest.json: found bytes from 3 on, expected them from 0 on");
    }

    @Test
    void anAddressThatIsNoneIsTold() {
        assertThatThrownBy(() -> ParameterClient.connect(List.of()))
                .hasMessage("addresses: found none, expected one host:port for each shard");
        assertThatThrownBy(() -> client.session(new RunFence("run", 1, List.of(1L, 2L), "sha", "plain"), TENSORS))
                .hasMessage("fence: found 2 incarnations, expected one for each of 1 shards");
        assertThatThrownBy(() -> ParameterClient.connect(List.of("127.0.0.1:x")))
                .hasMessage("address '127.0.0.1:x': expected host:port");
    }
}
