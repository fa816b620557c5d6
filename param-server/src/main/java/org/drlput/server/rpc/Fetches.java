package org.drlput.server.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.drlput.common.version.VersionRegistry;
import org.drlput.common.wire.v1.FileChunk;
import org.jspecify.annotations.Nullable;

/** The versions that are being sent, with what is to be known of each pair of versions once for all readers. Thread-safe. */
final class Fetches {
    private static final int MAX_PLANS = 32;

    private final VersionRegistry registry;
    private final ReadHolds holds;
    private final Set<FetchStream> streams = ConcurrentHashMap.newKeySet();
    /** Guarded by itself. */
    private final Map<Pair, FetchPlan> plans = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Pair, FetchPlan> eldest) {
            return size() > MAX_PLANS;
        }
    };

    /** @param known 0: none */
    private record Pair(long version, long known) {}

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
            plan = plan(new Pair(version, known != version && registry.has(known) ? known : 0));
        } catch (IOException | RuntimeException e) {
            release.run();
            throw e;
        }
        FetchStream[] self = new FetchStream[1];
        FetchStream stream = new FetchStream(version, plan, observer, () -> {
            release.run();
            if (self[0] != null) {
                streams.remove(self[0]);
            }
        });
        self[0] = stream;
        streams.add(stream);
    }

    private FetchPlan plan(Pair pair) throws IOException {
        // one at a time: a thousand followers of the same pair wait for the first one's comparison
        synchronized (plans) {
            @Nullable FetchPlan plan = plans.get(pair);
            if (plan == null) {
                Path known = pair.known() == 0 ? null : registry.directory(pair.known());
                plan = FetchPlan.of(registry.directory(pair.version()), known);
                plans.put(pair, plan);
            }
            return plan;
        }
    }

    void endIdle(long nowNanos) {
        streams.forEach(stream -> stream.endIfIdle(nowNanos));
    }

    int size() {
        return streams.size();
    }
}
