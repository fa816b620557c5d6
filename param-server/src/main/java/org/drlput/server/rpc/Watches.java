package org.drlput.server.rpc;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.drlput.common.ledger.LedgerException;
import org.drlput.common.ledger.VersionKeeper;
import org.drlput.common.ledger.VersionKeeper.Listing;
import org.drlput.common.version.VersionException;
import org.drlput.common.wire.Statuses;
import org.drlput.common.wire.v1.VersionsState;
import org.drlput.common.wire.v1.WatchVersionsRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells followers what changed, whoever changed it: looks at the registry's files a few times a second while anybody listens.
 * Thread-safe.
 */
final class Watches {
    private static final Logger LOG = LoggerFactory.getLogger(Watches.class);
    private static final int MAX_WATCHERS = 10_000;

    private final VersionKeeper keeper;
    private final Set<WatchStream> streams = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Listing newest;
    /** What is wrong with the ledger, so that it is logged once; empty: nothing. */
    private volatile String wrong = "";

    Watches(VersionKeeper keeper) {
        this.keeper = keeper;
    }

    /** To be called by the service's method itself. */
    void begin(WatchVersionsRequest request, ServerCallStreamObserver<VersionsState> observer) {
        if (streams.size() >= MAX_WATCHERS) {
            observer.onError(Statuses.resourceExhausted(
                    "watch: %d follow this shard already: watch at another one".formatted(MAX_WATCHERS)));
            return;
        }
        Listing now = keeper.list();
        WatchStream[] self = new WatchStream[1];
        WatchStream stream = new WatchStream(request, observer, () -> streams.remove(self[0]));
        self[0] = stream;
        streams.add(stream);
        stream.offer(now);
        look();
    }

    /** Looks for changes, and tells them; also states that are to be repeated. */
    void look() {
        if (streams.isEmpty()) {
            return;
        }
        try {
            Listing now = keeper.list();
            newest = now;
            wrong = "";
        } catch (LedgerException | VersionException e) {
            // followers keep what they know
            String text = String.valueOf(e.getMessage());
            if (!text.equals(wrong)) {
                LOG.warn("followers of versions hear of no change: {}", text);
            }
            wrong = text;
        }
        Listing state = newest;
        if (state != null) {
            streams.forEach(stream -> stream.offer(state));
        }
    }

    int size() {
        return streams.size();
    }

    void refuse(StatusRuntimeException over) {
        streams.forEach(stream -> stream.refuse(over));
        streams.clear();
    }
}
