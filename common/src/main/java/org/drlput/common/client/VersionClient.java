package org.drlput.common.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.BiConsumer;
import org.drlput.common.client.Attempt.Unary;
import org.drlput.common.client.ShardConnection.Limits;
import org.drlput.common.ledger.AliasMove;
import org.drlput.common.ledger.AliasMove.ByGate;
import org.drlput.common.ledger.AliasMove.Forced;
import org.drlput.common.ledger.AliasMove.Outcome;
import org.drlput.common.ledger.AliasMove.Rollback;
import org.drlput.common.ledger.AuditEntry;
import org.drlput.common.ledger.LedgerState;
import org.drlput.common.ledger.VersionKeeper.Listing;
import org.drlput.common.ledger.Who;
import org.drlput.common.version.AtomicFile;
import org.drlput.common.version.Manifest;
import org.drlput.common.version.ManifestFile;
import org.drlput.common.version.VersionException;
import org.drlput.common.wire.v1.DeleteVersionReply;
import org.drlput.common.wire.v1.DeleteVersionRequest;
import org.drlput.common.wire.v1.FetchVersionRequest;
import org.drlput.common.wire.v1.GetVersionReply;
import org.drlput.common.wire.v1.GetVersionRequest;
import org.drlput.common.wire.v1.HistoryReply;
import org.drlput.common.wire.v1.HistoryRequest;
import org.drlput.common.wire.v1.ListVersionsReply;
import org.drlput.common.wire.v1.ListVersionsRequest;
import org.drlput.common.wire.v1.PutEvaluationReply;
import org.drlput.common.wire.v1.PutEvaluationRequest;
import org.drlput.common.wire.v1.SetAliasReply;
import org.drlput.common.wire.v1.SetAliasRequest;
import org.drlput.common.wire.v1.SetPinReply;
import org.drlput.common.wire.v1.SetPinRequest;
import org.drlput.common.wire.v1.VersionsGrpc;
import org.jspecify.annotations.Nullable;

/**
 * Published versions and their aliases, at any shard. Thread-safe. Errors: {@link ParameterServerException}; of a change that failed
 * with {@code UNAVAILABLE} or {@code DEADLINE_EXCEEDED} it is not known whether it was made: the history tells.
 */
public final class VersionClient implements AutoCloseable {
    private final ShardConnection shard;
    private final ClientOptions options;
    private final Runnable onClose;

    VersionClient(ShardConnection shard, ClientOptions options, Runnable onClose) {
        this.shard = shard;
        this.options = options;
        this.onClose = onClose;
    }

    /** @param address {@code host:port} of any shard */
    public static VersionClient connect(String address) {
        ShardConnection.requireAddress(address);
        ScheduledThreadPoolExecutor timer = ParameterClient.timer();
        ShardConnection connection = new ShardConnection(0, address, ClientOptions.DEFAULT, timer);
        return new VersionClient(
                connection, ClientOptions.DEFAULT, () -> ParameterClient.close(List.of(connection), timer));
    }

    private Limits limits() {
        return new Limits(options.callDeadline(), options.retryFor());
    }

    /** Published versions, ascending. */
    public List<Long> list() {
        return state().getVersionList();
    }

    /** Versions, aliases (by name, {@code latest} too) and pins as they stand. */
    public Listing listing() {
        ListVersionsReply reply = state();
        SortedMap<String, Long> aliases = new TreeMap<>();
        reply.getAliasList().forEach(alias -> aliases.put(alias.getName(), alias.getVersion()));
        SortedMap<Long, LedgerState.Pin> pins = new TreeMap<>();
        reply.getPinList()
                .forEach(pin -> pins.put(pin.getVersion(), new LedgerState.Pin(pin.getActor(), pin.getReason(), "")));
        return new Listing(List.copyOf(reply.getVersionList()), aliases, pins, reply.getSequence());
    }

    private ListVersionsReply state() {
        String what = "list of versions";
        CompletableFuture<ListVersionsReply> call = shard.versions(
                what,
                limits(),
                Unary<ListVersionsRequest, ListVersionsReply>::new,
                (stub, attempt) -> stub.list(ListVersionsRequest.getDefaultInstance(), attempt));
        return ShardConnection.join(call, what);
    }

    /**
     * Hears of every change from now on; the first state comes at once.
     *
     * @param repeat the newest state is told again after so long without a change; zero: never
     */
    public VersionWatch watch(Duration repeat, VersionWatch.Listener listener) {
        VersionWatch watch = new VersionWatch(shard, repeat, listener);
        watch.begin();
        return watch;
    }

    private GetVersionReply get(long version) {
        String what = "version " + version;
        GetVersionRequest request =
                GetVersionRequest.newBuilder().setVersion(version).build();
        CompletableFuture<GetVersionReply> call = shard.versions(
                what,
                limits(),
                Unary<GetVersionRequest, GetVersionReply>::new,
                (stub, attempt) -> stub.get(request, attempt));
        return ShardConnection.join(call, what);
    }

    /** The bytes of a version's {@code manifest.json}. */
    public byte[] manifest(long version) {
        return get(version).getManifestJson().toByteArray();
    }

    /** The bytes of a version's evaluation; empty: not evaluated yet. */
    public Optional<byte[]> evaluation(long version) {
        byte[] json = get(version).getEvaluationJson().toByteArray();
        return json.length == 0 ? Optional.empty() : Optional.of(json);
    }

    /**
     * Copies a version into {@code parentDirectory/<12 digits>}, which appears whole or not at all, and returns that directory;
     * one that is there already is left as it is. {@code Version.read} verifies it.
     *
     * @throws UncheckedIOException where it can not be written
     */
    public Path fetch(long version, Path parentDirectory) {
        return fetch(version, 0, parentDirectory);
    }

    /**
     * The same, but only what is different from a version that is in {@code parentDirectory} already travels. What is put together
     * is checked against the checksums of the version's manifest; where it is not right, the whole is fetched.
     *
     * @param knownVersion whose directory was verified; where it is not there, as 0, the whole is fetched
     */
    public Path fetch(long version, long knownVersion, Path parentDirectory) {
        Path directory = directory(version, parentDirectory);
        if (Files.exists(directory)) {
            return directory;
        }
        Path known = directory(knownVersion, parentDirectory);
        try {
            Files.createDirectories(parentDirectory);
            if (knownVersion > 0 && Files.isDirectory(known) && fetched(version, known, knownVersion, directory)) {
                return directory;
            }
            if (!fetched(version, null, 0, directory)) {
                throw new IllegalStateException("a version that is fetched whole is taken as it is");
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(directory + ": version " + version + " can not be written: " + e, e);
        }
    }

    private static Path directory(long version, Path parentDirectory) {
        return parentDirectory.resolve("%012d".formatted(version));
    }

    /** @return false where what was put together from a known version is not the version */
    private boolean fetched(long version, @Nullable Path known, long knownVersion, Path directory) throws IOException {
        String what = "fetch of version " + version;
        FetchVersionRequest request = FetchVersionRequest.newBuilder()
                .setVersion(version)
                .setKnownVersion(knownVersion)
                .build();
        Path partial = Files.createTempDirectory(directory.getParent(), ".fetching-" + version + "-");
        try {
            CompletableFuture<Path> call = shard.versions(
                    what,
                    new Limits(options.openDeadline(), options.retryFor()),
                    () -> new FetchAttempt(partial, known),
                    // writes files: not on the connection's thread
                    (stub, attempt) ->
                            stub.withExecutor(ForkJoinPool.commonPool()).fetch(request, attempt));
            ShardConnection.join(call, what);
            if (known != null && !intact(partial)) {
                return false;
            }
            if (!Files.exists(directory)) {
                Files.move(partial, directory, StandardCopyOption.ATOMIC_MOVE);
            }
            return true;
        } catch (ParameterServerException e) {
            if (known != null && e.code() == Status.Code.DATA_LOSS) {
                return false;
            }
            throw e;
        } finally {
            FetchAttempt.delete(partial);
        }
    }

    private static boolean intact(Path directory) throws IOException {
        try {
            for (Manifest.File file : ManifestFile.read(directory).files()) {
                if (!AtomicFile.describe(directory.resolve(file.name())).equals(file)) {
                    return false;
                }
            }
            return true;
        } catch (VersionException | NoSuchFileException e) {
            return false;
        }
    }

    /**
     * Moves an alias, or has recorded why it is not.
     *
     * @throws ParameterServerException of code {@code ABORTED} where it stands elsewhere than expected; nothing was changed then
     */
    public Outcome move(AliasMove move) {
        SetAliasRequest.Builder request = SetAliasRequest.newBuilder()
                .setAlias(move.alias())
                .setVersion(number(move.version()))
                .setExpectedVersion(number(move.expected()))
                .setActor(move.who().actor())
                .setReason(move.who().reason());
        if (move.kind() instanceof ByGate gate) {
            request.setKind(SetAliasRequest.Kind.GATE)
                    .setEvidenceJson(bytes(gate.evidence().toTree()))
                    .setAdviseOnly(gate.wish() == AliasMove.Wish.ADVICE);
        } else if (move.kind() instanceof Forced forced) {
            request.setKind(SetAliasRequest.Kind.FORCE);
            if (forced.evidence() != null) {
                request.setEvidenceJson(bytes(forced.evidence()));
            }
        } else if (move.kind() instanceof Rollback) {
            request.setKind(SetAliasRequest.Kind.ROLLBACK);
        }
        SetAliasRequest asked = request.build();
        SetAliasReply reply = change("alias " + move.alias(), (stub, attempt) -> stub.setAlias(asked, attempt));
        return new Outcome(reply.getMoved(), entry(reply.getEntryJson()));
    }

    private static long number(@Nullable Long version) {
        return version == null ? 0 : version;
    }

    private static ByteString bytes(JsonNode tree) {
        return ByteString.copyFromUtf8(tree.toString());
    }

    private AuditEntry entry(ByteString json) {
        return AuditEntry.fromJson(json.toByteArray(), "the shard's answer");
    }

    /** Not tried again: whether a change was made can not be known where the connection was lost. */
    private <Q, R> R change(String what, BiConsumer<VersionsGrpc.VersionsStub, Attempt<Q, R, R>> start) {
        CompletableFuture<R> call =
                shard.versions(what, new Limits(options.callDeadline(), Duration.ZERO), Unary<Q, R>::new, start);
        return ShardConnection.join(call, what);
    }

    /** Keeps a version from being removed, until it is unpinned. */
    public AuditEntry pin(long version, Who who) {
        return setPin(pinRequest(version, who).setPinned(true).build());
    }

    public AuditEntry unpin(long version, Who who) {
        return setPin(pinRequest(version, who).build());
    }

    private static SetPinRequest.Builder pinRequest(long version, Who who) {
        return SetPinRequest.newBuilder()
                .setVersion(version)
                .setActor(who.actor())
                .setReason(who.reason());
    }

    private AuditEntry setPin(SetPinRequest request) {
        SetPinReply reply =
                change("pin of version " + request.getVersion(), (stub, attempt) -> stub.setPin(request, attempt));
        return entry(reply.getEntryJson());
    }

    /** Removes a version that nothing holds. */
    public AuditEntry delete(long version, Who who) {
        DeleteVersionRequest request = DeleteVersionRequest.newBuilder()
                .setVersion(version)
                .setActor(who.actor())
                .setReason(who.reason())
                .build();
        DeleteVersionReply reply =
                change("removal of version " + version, (stub, attempt) -> stub.delete(request, attempt));
        return entry(reply.getEntryJson());
    }

    /**
     * The audit trail, newest first.
     *
     * @param alias whose entries; null: all
     * @param limit so many at most
     */
    public List<AuditEntry> history(@Nullable String alias, int limit) {
        List<AuditEntry> entries = new ArrayList<>();
        long before = 0;
        while (entries.size() < limit) {
            HistoryRequest request = HistoryRequest.newBuilder()
                    .setAlias(alias == null ? "" : alias)
                    .setLimit(limit - entries.size())
                    .setBeforeSequence(before)
                    .build();
            CompletableFuture<HistoryReply> call = shard.versions(
                    "history",
                    limits(),
                    Unary<HistoryRequest, HistoryReply>::new,
                    (stub, attempt) -> stub.history(request, attempt));
            List<ByteString> page = ShardConnection.join(call, "history").getEntryJsonList();
            if (page.isEmpty()) {
                break;
            }
            page.forEach(json -> entries.add(entry(json)));
            before = entries.get(entries.size() - 1).sequence();
        }
        return entries;
    }

    /** Writes an evaluation beside its version; false: there was one already, which stands. */
    public boolean putEvaluation(long version, byte[] json) {
        String what = "evaluation of version " + version;
        PutEvaluationRequest request = PutEvaluationRequest.newBuilder()
                .setVersion(version)
                .setEvaluationJson(ByteString.copyFrom(json))
                .build();
        CompletableFuture<PutEvaluationReply> call = shard.versions(
                what,
                limits(),
                Unary<PutEvaluationRequest, PutEvaluationReply>::new,
                (stub, attempt) -> stub.putEvaluation(request, attempt));
        return ShardConnection.join(call, what).getWritten();
    }

    @Override
    public void close() {
        onClose.run();
    }
}
