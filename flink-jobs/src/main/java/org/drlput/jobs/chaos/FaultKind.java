package org.drlput.jobs.chaos;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What is done to a cluster. */
public enum FaultKind {
    KILL_WORKER("SIGKILL of a worker", Effect.RESTARTS),
    KILL_SHARD("SIGKILL of a shard", Effect.RESTARTS),
    KILL_JOBMANAGER("SIGKILL of the JobManager", Effect.RESTARTS),
    KILL_SEVERAL("SIGKILL of two to four processes at once, the supervisor among them at times", Effect.RESTARTS),
    KILL_EVERYTHING("SIGKILL of everything; then the cluster is brought up again", Effect.RESTARTS),
    FREEZE_WORKER("SIGSTOP of a worker past the heartbeat timeout, then SIGCONT", Effect.RESTARTS),
    FREEZE_SHARD("SIGSTOP of a shard past every deadline, then SIGCONT", Effect.MAY_RESTART),
    FREEZE_JOBMANAGER("SIGSTOP of the JobManager past the heartbeat timeout, then SIGCONT", Effect.MAY_RESTART),
    ZOMBIE_WORKER("a worker is frozen until the job computes in a newer generation, then thawed", Effect.RESTARTS),
    CUT_CONNECTIONS("all connections to a shard are reset, and refused for a while", Effect.MAY_RESTART),
    DELAY_CONNECTIONS("what travels to a shard and back is delayed", Effect.MAY_RESTART),
    FULL_DISK("the file system of the captures is full for a while: checkpoints are declined", Effect.MAY_RESTART),
    SLOW_DISK("shards write captures at a trickle for a while: training goes on", Effect.MAY_RESTART),
    DECLINED_CHECKPOINT(
            "the folder of the captures can not be written to: checkpoints are declined", Effect.MAY_RESTART),
    EXPIRED_CHECKPOINT("the shards do not answer for longer than a checkpoint may take", Effect.MAY_RESTART),
    FLIPPED_CAPTURE("everything is killed, a bit of the newest capture flips, the cluster comes up", Effect.RESTARTS),
    FLIPPED_VERSION("a bit of a published version flips: its reader must say so", Effect.MAY_RESTART);

    /** Whether the job must begin a new generation. */
    enum Effect {
        RESTARTS,
        MAY_RESTART
    }

    private final String text;
    private final Effect effect;

    FaultKind(String text, Effect effect) {
        this.text = text;
        this.effect = effect;
    }

    /** In a sentence. */
    public String text() {
        return text;
    }

    boolean restartsTheJob() {
        return effect == Effect.RESTARTS;
    }

    /** As it is named on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static List<String> names() {
        return Arrays.stream(values()).map(FaultKind::toString).toList();
    }
}
