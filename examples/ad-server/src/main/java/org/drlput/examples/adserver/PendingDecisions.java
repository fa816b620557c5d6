package org.drlput.examples.adserver;

import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.drlput.common.serve.Decision;
import org.jspecify.annotations.Nullable;

/**
 * Decisions of which it is not known yet what came. A bounded number: the eldest is given up for a new one, and is not logged. Any
 * thread.
 */
final class PendingDecisions {
    private final int most;
    /** By request, the eldest first; guarded by this. */
    private final Map<String, Pending> decisions = new LinkedHashMap<>();

    PendingDecisions(int most) {
        this.most = most;
    }

    record Pending(Instant eventTime, Map<String, Object> features, Decision decision) {}

    synchronized void put(String requestId, Pending decision) {
        decisions.put(requestId, decision);
        if (decisions.size() > most) {
            Iterator<String> eldest = decisions.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    /** Takes it out; null: it is not there any more, or never was. */
    synchronized @Nullable Pending take(String requestId) {
        return decisions.remove(requestId);
    }

    synchronized int size() {
        return decisions.size();
    }
}
