package org.drlput.server.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.drlput.common.version.VersionRegistry;
import org.drlput.common.wire.v1.FileChunk;
import org.jspecify.annotations.Nullable;

/** The versions that are being sent, with what is to be known of each pair of versions once for all readers. Thread-safe. */
final class Fetches {
    private static final int MAX_PLANS = 32;
    /** Of files in memory while they are read: what more than this holds is read again for readers who lag. */
    private static final long MAX_CHUNK_BYTES = 64 << 20;

    private final VersionRegistry registry;
    private final ReadHolds holds;
    private final ChunkCache chunks = new ChunkCache(MAX_CHUNK_BYTES);
    private final Set<FetchStream> streams = ConcurrentHashMap.newKeySet();
    /** Guarded by itself. */
    private final Map<Pair, FetchPlan> plans = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Pair, FetchPlan> eldest) {
            return size() > MAX_PLANS;
        }
    };

    /** @param known none: the reader has none */
    private record Pair(List<FileState> version, List<FileState> known) {}

    Fetches(VersionRegistry registry, ReadHolds holds) {
        this.registry = registry;
        this.holds = holds;
    }

    /** To be called by the service's method itself. */
    void begin(long version, long known, ServerCallStreamObserver<FileChunk> observer) throws IOException {
        holds.hold(version);
        Runnable release = () -> holds.release(version);
        FetchPlan plan;
        try {
            plan = plan(version, known);
        } catch (IOException | RuntimeException e) {
            release.run();
            throw e;
        }
        FetchStream[] self = new FetchStream[1];
        FetchStream stream = new FetchStream(version, plan, chunks, observer, () -> {
            release.run();
            if (self[0] != null) {
                streams.remove(self[0]);
            }
        });
        self[0] = stream;
        streams.add(stream);
    }

    private FetchPlan plan(long version, long known) throws IOException {
        List<FileState> files = FileState.of(registry.directory(version));
        Pair pair = new Pair(files, known == version ? List.of() : known(known));
        // one at a time: a thousand followers of the same pair wait for the first one's comparison
        synchronized (plans) {
            @Nullable FetchPlan plan = plans.get(pair);
            if (plan == null) {
                plan = FetchPlan.of(pair.version(), pair.known());
                plans.put(pair, plan);
            }
            return plan;
        }
    }

    /** None where it is not here, or is just being removed. */
    private List<FileState> known(long version) {
        try {
            return registry.has(version) ? FileState.of(registry.directory(version)) : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Gives up on readers that hang, and on what is in memory once nobody reads. */
    void sweep(long nowNanos) {
        streams.forEach(stream -> stream.endIfIdle(nowNanos));
        if (streams.isEmpty()) {
            chunks.clear();
        }
    }

    int size() {
        return streams.size();
    }
}
