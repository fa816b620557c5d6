package org.drlput.server.rpc;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.drlput.common.ledger.Leases;
import org.drlput.common.ledger.LedgerException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps versions from being removed while this process sends them: one lease a version, however many read it. Thread-safe. */
final class ReadHolds {
    private static final Logger LOG = LoggerFactory.getLogger(ReadHolds.class);
    private static final Duration LEASE = Duration.ofMinutes(10);

    private final Leases leases;
    private final Map<Long, Hold> holds = new HashMap<>();

    ReadHolds(Leases leases) {
        this.leases = leases;
    }

    private static final class Hold {
        private int readers;
        /** Null where none could be had: reading goes on without. */
        private Leases.@Nullable Lease lease;
    }

    /** @throws org.drlput.common.ledger.RefusedChangeException where there is no such version */
    synchronized void hold(long version) {
        Hold hold = holds.get(version);
        if (hold == null) {
            hold = new Hold();
            hold.lease = take(version);
            holds.put(version, hold);
        }
        hold.readers++;
    }

    private Leases.@Nullable Lease take(long version) {
        try {
            return leases.take(version, LEASE);
        } catch (IOException | LedgerException e) {
            LOG.warn(
                    "version {} is sent without a lease, retention may remove it meanwhile: {}", version, e.toString());
            return null;
        }
    }

    synchronized void release(long version) {
        Hold hold = holds.get(version);
        if (hold != null && --hold.readers == 0) {
            holds.remove(version);
            close(hold);
        }
    }

    /** To be called more often than half of a lease's time. */
    synchronized void renew() {
        holds.forEach((version, hold) -> {
            try {
                if (hold.lease != null) {
                    hold.lease.renew(LEASE);
                }
            } catch (IOException e) {
                LOG.warn("the lease of version {} can not be renewed: {}", version, e.toString());
            }
        });
    }

    synchronized void close() {
        holds.values().forEach(ReadHolds::close);
        holds.clear();
    }

    private static void close(Hold hold) {
        try {
            if (hold.lease != null) {
                hold.lease.close();
            }
        } catch (IOException e) {
            LOG.debug("a lease is left to run out: {}", e.toString());
        }
    }
}
