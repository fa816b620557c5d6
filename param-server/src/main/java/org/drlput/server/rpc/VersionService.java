package org.drlput.server.rpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.drlput.common.ledger.AliasMove;
import org.drlput.common.ledger.AuditEntry;
import org.drlput.common.ledger.LedgerException;
import org.drlput.common.ledger.RefusedChangeException;
import org.drlput.common.ledger.VersionKeeper;
import org.drlput.common.ledger.VersionKeeper.Listing;
import org.drlput.common.ledger.Who;
import org.drlput.common.version.ManifestFile;
import org.drlput.common.version.VersionException;
import org.drlput.common.version.VersionRegistry;
import org.drlput.common.wire.Statuses;
import org.drlput.common.wire.v1.DeleteVersionReply;
import org.drlput.common.wire.v1.DeleteVersionRequest;
import org.drlput.common.wire.v1.FetchVersionRequest;
import org.drlput.common.wire.v1.FileChunk;
import org.drlput.common.wire.v1.GetVersionReply;
import org.drlput.common.wire.v1.GetVersionRequest;
import org.drlput.common.wire.v1.HistoryReply;
import org.drlput.common.wire.v1.HistoryRequest;
import org.drlput.common.wire.v1.ListVersionsReply;
import org.drlput.common.wire.v1.ListVersionsRequest;
import org.drlput.common.wire.v1.Pin;
import org.drlput.common.wire.v1.PutEvaluationReply;
import org.drlput.common.wire.v1.PutEvaluationRequest;
import org.drlput.common.wire.v1.SetAliasReply;
import org.drlput.common.wire.v1.SetAliasRequest;
import org.drlput.common.wire.v1.SetPinReply;
import org.drlput.common.wire.v1.SetPinRequest;
import org.drlput.common.wire.v1.VersionsGrpc;
import org.drlput.common.wire.v1.VersionsState;
import org.drlput.common.wire.v1.WatchVersionsRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Published versions, straight from the registry on disk: open or not. Reads files: on threads that may wait. */
public final class VersionService extends VersionsGrpc.VersionsImplBase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VersionService.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LOOK_MILLIS = 100;
    private static final long SWEEP_SECONDS = 10;
    private static final long RENEW_SECONDS = 120;
    private static final int DEFAULT_HISTORY = 1_000;
    /** A reply has to fit into a message. */
    private static final int MAX_HISTORY_BYTES = 3 << 20;

    private final VersionRegistry registry;
    private final VersionKeeper keeper;
    private final ReadHolds holds;
    private final Fetches fetches;
    private final Watches watches;
    private final ScheduledThreadPoolExecutor timer;
    private final Runnable evaluationWritten;

    public VersionService(Path data, ShardLoop loop) {
        this.registry = new VersionRegistry(data);
        this.keeper = new VersionKeeper(data, Clock.systemUTC());
        this.holds = new ReadHolds(keeper.leases());
        this.fetches = new Fetches(registry, holds);
        this.watches = new Watches(keeper);
        this.evaluationWritten = loop::evaluationWritten;
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "versions-watch");
            thread.setDaemon(true);
            return thread;
        });
        every(LOOK_MILLIS, TimeUnit.MILLISECONDS, watches::look);
        every(SWEEP_SECONDS, TimeUnit.SECONDS, () -> fetches.sweep(System.nanoTime()));
        every(RENEW_SECONDS, TimeUnit.SECONDS, holds::renew);
    }

    private void every(long period, TimeUnit unit, Runnable work) {
        var unused = timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException e) {
                        // the next time may do; without this there would be none
                        LOG.warn("versions: {}", e.toString(), e);
                    }
                },
                period,
                period,
                unit);
    }

    /** What a call does; what it throws becomes the call's status. */
    private interface Work<R> {
        R answer() throws IOException;
    }

    private static <R> void answer(String what, StreamObserver<R> observer, Work<R> work) {
        try {
            R reply = work.answer();
            observer.onNext(reply);
            observer.onCompleted();
        } catch (StatusRuntimeException | IOException | RefusedChangeException | LedgerException | VersionException e) {
            observer.onError(status(what, e));
        }
    }

    private static StatusRuntimeException status(String what, Exception e) {
        if (e instanceof StatusRuntimeException status) {
            return status;
        } else if (e instanceof RefusedChangeException refused) {
            return LedgerMessages.status(refused);
        } else if (e instanceof LedgerException) {
            LOG.warn("{}: {}", what, e.getMessage());
            return Statuses.dataLoss(String.valueOf(e.getMessage()));
        }
        return Statuses.unavailable("%s: %s".formatted(what, e instanceof VersionException ? e.getMessage() : e));
    }

    @Override
    public void list(ListVersionsRequest request, StreamObserver<ListVersionsReply> observer) {
        answer("versions: can not be listed", observer, () -> {
            Listing listing = keeper.list();
            ListVersionsReply.Builder reply = ListVersionsReply.newBuilder()
                    .addAllVersion(listing.versions())
                    .setSequence(listing.sequence());
            listing.aliases().forEach((name, version) -> reply.addAlias(LedgerMessages.alias(name, version)));
            listing.pins()
                    .forEach((version, pin) -> reply.addPin(Pin.newBuilder()
                            .setVersion(version)
                            .setActor(pin.actor())
                            .setReason(pin.reason())));
            return reply.build();
        });
    }

    @Override
    public void get(GetVersionRequest request, StreamObserver<GetVersionReply> observer) {
        long version = request.getVersion();
        answer("version %d: can not be read".formatted(version), observer, () -> {
            GetVersionReply.Builder reply = GetVersionReply.newBuilder();
            boolean there = registry.has(version);
            if (there) {
                Path manifest = registry.directory(version).resolve(ManifestFile.NAME);
                reply.setManifestJson(ByteString.copyFrom(Files.readAllBytes(manifest)));
            }
            Optional<byte[]> evaluation = there || version > 0 && version < 1_000_000_000_000L
                    ? registry.evaluation(version)
                    : Optional.empty();
            evaluation.ifPresent(json -> reply.setEvaluationJson(ByteString.copyFrom(json)));
            if (!there && evaluation.isEmpty()) {
                throw none(version);
            }
            return reply.build();
        });
    }

    private static StatusRuntimeException none(long version) {
        return Statuses.notFound("version %s: there is none of this number here: List names those that are"
                .formatted(Long.toUnsignedString(version)));
    }

    private void requireThere(long version) {
        if (!registry.has(version)) {
            throw none(version);
        }
    }

    @Override
    public void fetch(FetchVersionRequest request, StreamObserver<FileChunk> observer) {
        long version = request.getVersion();
        try {
            requireThere(version);
            fetches.begin(version, request.getKnownVersion(), (ServerCallStreamObserver<FileChunk>) observer);
        } catch (StatusRuntimeException | IOException | RefusedChangeException e) {
            observer.onError(status("version %d: can not be read".formatted(version), e));
        }
    }

    @Override
    public void watch(WatchVersionsRequest request, StreamObserver<VersionsState> observer) {
        try {
            watches.begin(request, (ServerCallStreamObserver<VersionsState>) observer);
        } catch (LedgerException | VersionException e) {
            observer.onError(status("watch", e));
        }
    }

    @Override
    public void setAlias(SetAliasRequest request, StreamObserver<SetAliasReply> observer) {
        answer("alias", observer, () -> {
            AliasMove.Outcome outcome = keeper.move(LedgerMessages.move(request));
            watches.look();
            return SetAliasReply.newBuilder()
                    .setMoved(outcome.moved())
                    .setEntryJson(LedgerMessages.bytes(outcome.entry().toJson()))
                    .build();
        });
    }

    @Override
    public void setPin(SetPinRequest request, StreamObserver<SetPinReply> observer) {
        answer("pin", observer, () -> {
            Who who = new Who(request.getActor(), request.getReason());
            AuditEntry entry = request.getPinned()
                    ? keeper.pin(request.getVersion(), who)
                    : keeper.unpin(request.getVersion(), who);
            return SetPinReply.newBuilder()
                    .setEntryJson(LedgerMessages.bytes(entry.toJson()))
                    .build();
        });
    }

    @Override
    public void delete(DeleteVersionRequest request, StreamObserver<DeleteVersionReply> observer) {
        answer("delete", observer, () -> {
            AuditEntry entry = keeper.delete(request.getVersion(), new Who(request.getActor(), request.getReason()));
            evaluationWritten.run();
            watches.look();
            return DeleteVersionReply.newBuilder()
                    .setEntryJson(LedgerMessages.bytes(entry.toJson()))
                    .build();
        });
    }

    @Override
    public void history(HistoryRequest request, StreamObserver<HistoryReply> observer) {
        answer("history", observer, () -> {
            int most = request.getLimit() == 0 ? DEFAULT_HISTORY : request.getLimit() & Integer.MAX_VALUE;
            List<AuditEntry> entries = keeper.history();
            HistoryReply.Builder reply = HistoryReply.newBuilder();
            long bytes = 0;
            for (int i = entries.size() - 1; i >= 0 && reply.getEntryJsonCount() < most; i--) {
                AuditEntry entry = entries.get(i);
                boolean wanted =
                        request.getAlias().isEmpty() || request.getAlias().equals(entry.alias());
                boolean before = request.getBeforeSequence() == 0 || entry.sequence() < request.getBeforeSequence();
                if (wanted && before) {
                    byte[] json = entry.toJson();
                    bytes += json.length;
                    if (bytes > MAX_HISTORY_BYTES && reply.getEntryJsonCount() > 0) {
                        break;
                    }
                    reply.addEntryJson(LedgerMessages.bytes(json));
                }
            }
            return reply.build();
        });
    }

    @Override
    public void putEvaluation(PutEvaluationRequest request, StreamObserver<PutEvaluationReply> observer) {
        long version = request.getVersion();
        answer("evaluation of version %d: can not be written".formatted(version), observer, () -> {
            requireThere(version);
            byte[] json = request.getEvaluationJson().toByteArray();
            requireObject(json);
            boolean written = registry.putEvaluation(version, json);
            evaluationWritten.run();
            return PutEvaluationReply.newBuilder().setWritten(written).build();
        });
    }

    private static void requireObject(byte[] json) throws IOException {
        try {
            JsonNode tree = JSON.readTree(json);
            if (!tree.isObject()) {
                throw Statuses.invalidArgument(
                        "evaluation: found %s, expected a JSON object".formatted(tree.getNodeType()));
            }
        } catch (JsonProcessingException e) {
            throw Statuses.invalidArgument("evaluation: is no JSON: " + e.getOriginalMessage());
        }
    }

    /** Tells followers that this shard stops: they go to another one, or come again. */
    public void refuseWaiting() {
        watches.refuse(Statuses.unavailable("this shard is stopping: watch again"));
    }

    /** Gives up what it holds; followers are told before. */
    @Override
    public void close() {
        timer.shutdownNow();
        refuseWaiting();
        holds.close();
    }
}
