package org.drlput.server.rpc;

import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.drlput.common.wire.v1.StatusReply;
import org.drlput.server.shard.Shard;
import org.jspecify.annotations.Nullable;

/** Questions for a status that has not come yet. The machine's thread. */
final class StatusWaiters {
    /** One question. */
    static final class Waiter {
        private final long afterStep;
        private final long afterRevision;
        private final Answer<StatusReply> answer;
        private @Nullable Future<?> timeout;

        /** @param afterRevision 0: not waited for */
        Waiter(long afterStep, long afterRevision, Answer<StatusReply> answer) {
            this.afterStep = afterStep;
            this.afterRevision = afterRevision;
            this.answer = answer;
        }

        private boolean ready(Shard shard) {
            return shard.step() > afterStep || (afterRevision > 0 && shard.revision() > afterRevision);
        }

        private void give(StatusReply reply) {
            if (timeout != null) {
                timeout.cancel(false);
            }
            answer.give(reply);
        }

        void timeout(Future<?> future) {
            timeout = future;
        }
    }

    private final List<Waiter> waiters = new ArrayList<>();
    /** False: the status is there already, and given. */
    boolean add(Waiter waiter, Shard shard) {
        waiters.add(waiter);
        answerReady(shard);
        return waiters.contains(waiter);
    }

    void answerReady(Shard shard) {
        if (waiters.isEmpty()) {
            return;
        }
        List<Waiter> ready = new ArrayList<>();
        waiters.removeIf(waiter -> waiter.ready(shard) && ready.add(waiter));
        if (!ready.isEmpty()) {
            StatusReply reply = Messages.reply(shard.status());
            ready.forEach(waiter -> waiter.give(reply));
        }
    }

    /** Answers as it is: the time is over, or nobody waits any more. */
    void answerNow(Waiter waiter, Shard shard) {
        if (waiters.remove(waiter)) {
            waiter.give(Messages.reply(shard.status()));
        }
    }

    void refuse(StatusRuntimeException status) {
        waiters.forEach(waiter -> waiter.answer.refuse(status));
        waiters.clear();
    }

    int size() {
        return waiters.size();
    }
}
