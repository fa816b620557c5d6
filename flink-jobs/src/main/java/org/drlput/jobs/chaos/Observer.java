package org.drlput.jobs.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.drlput.common.client.ClientOptions;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.client.ParameterServerException;
import org.drlput.common.wire.v1.StatusReply;
import org.drlput.jobs.task.TaskThread;
import org.jspecify.annotations.Nullable;

/**
 * Asks the shards ten times a second, on a thread of its own, whether they serve and how far the job is: tells from outside how
 * long a fault was felt.
 */
final class Observer implements AutoCloseable {
    private static final long PERIOD_MILLIS = 100;
    private static final ClientOptions SOON = new ClientOptions(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofMillis(50),
            Duration.ofSeconds(1));

    private final List<ParameterClient> shards = new ArrayList<>();
    private final TaskThread thread;
    private volatile Recovery recovery = new Recovery(0, 0, false);
    private volatile long generation;
    private volatile long step;

    Observer(List<String> addresses) {
        addresses.forEach(address -> shards.add(ParameterClient.connect(List.of(address), SOON)));
        thread = TaskThread.start("chaos-observer", this::run, e -> {});
    }

    /**
     * What is waited for after a fault: that every shard answers, and that the job gets on.
     *
     * <p>Written by the observer's thread alone.
     */
    static final class Recovery {
        private final long startMillis;
        private final long generationBefore;
        private final boolean newGeneration;
        private volatile long servesMillis = -1;
        private volatile long computesMillis = -1;
        private long lastGeneration = -1;
        private long lastStep;

        Recovery(long startMillis, long generationBefore, boolean newGeneration) {
            this.startMillis = startMillis;
            this.generationBefore = generationBefore;
            this.newGeneration = newGeneration;
        }

        private void see(long asked, long now, boolean allServe, @Nullable StatusReply first) {
            if (asked < startMillis) {
                return;
            }
            if (allServe && servesMillis < 0) {
                servesMillis = now - startMillis;
            }
            if (first == null) {
                return;
            }
            boolean later = first.getGeneration() > generationBefore || !newGeneration;
            if (later && computesMillis < 0 && first.getGeneration() == lastGeneration && first.getStep() > lastStep) {
                computesMillis = now - startMillis;
            }
            lastGeneration = first.getGeneration();
            lastStep = first.getStep();
        }

        /** Until every shard answered; -1: they did not yet. */
        long servesMillis() {
            return servesMillis;
        }

        /** Until the job got on, in a new generation where that had to be; -1: it did not yet. */
        long computesMillis() {
            return computesMillis;
        }
    }

    /** @param newGeneration whether the job only gets on in a generation that is not the present one */
    Recovery await(boolean newGeneration) {
        Recovery begun = new Recovery(System.currentTimeMillis(), generation, newGeneration);
        recovery = begun;
        return begun;
    }

    long generation() {
        return generation;
    }

    long step() {
        return step;
    }

    private void run(TaskThread self) throws InterruptedException {
        while (!self.closed()) {
            long asked = System.currentTimeMillis();
            boolean all = true;
            StatusReply first = null;
            for (int shard = 0; shard < shards.size(); shard++) {
                StatusReply status = ask(shards.get(shard));
                all &= status != null;
                first = shard == 0 ? status : first;
            }
            if (first != null) {
                generation = Math.max(generation, first.getGeneration());
                step = first.getStep();
            }
            recovery.see(asked, System.currentTimeMillis(), all, first);
            Thread.sleep(PERIOD_MILLIS);
        }
    }

    private static @Nullable StatusReply ask(ParameterClient shard) {
        try {
            return shard.status(0, -1, Duration.ZERO);
        } catch (ParameterServerException e) {
            return null;
        }
    }

    @Override
    public void close() {
        thread.close();
        shards.forEach(ParameterClient::close);
    }
}
