package org.drlput.jobs.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.Confirmation;
import org.drlput.server.shard.DurableCapture;
import org.drlput.server.shard.Keep;
import org.drlput.server.shard.StagedPart;
import org.junit.jupiter.api.Test;

/** Two workers, two shards, three retained checkpoints. */
class CommitterMachineTest implements CommitterEffects {
    private static final CaptureKey KEY = new CaptureKey("run", 4, 8);

    private final List<String> done = new ArrayList<>();
    private final CommitterMachine committer = new CommitterMachine("run", 2, 2, 3, this);

    @Override
    public void ask(long checkpoint, CaptureKey key, Keep keep) {
        done.add("ask %d %s %s".formatted(checkpoint, key.name(), keep));
    }

    @Override
    public void acknowledge(long checkpoint, CommittedCaptures state) {
        done.add("ack %d %s".formatted(checkpoint, state.key().name()));
    }

    @Override
    public void decline(long checkpoint, String reason) {
        done.add("decline " + reason);
    }

    @Override
    public void confirm(Confirmation confirmation) {
        done.add("confirm %s of %d, retained %d, files %s"
                .formatted(
                        confirmation.key().name(),
                        confirmation.checkpoint(),
                        confirmation.retained(),
                        confirmation.files().stream().map(StagedPart::file).toList()));
    }

    private static DurableCapture capture(int shard, int... partsOf) {
        List<StagedPart> staged = new ArrayList<>();
        for (int of : partsOf) {
            staged.add(new StagedPart(4, of, 2, 5, 1005, 9, "weights-" + of, 1, "s"));
        }
        return new DurableCapture(KEY, "sha" + shard, 1, staged);
    }

    private void agree(long checkpoint, Keep keep) {
        committer.opened(4);
        committer.told(0, checkpoint, 8);
        committer.told(1, checkpoint, 8);
        committer.snapshot(checkpoint, keep);
    }

    @Test
    void aCheckpointIsAcknowledgedOnceEveryShardHoldsItsCapture() {
        agree(7, Keep.RETAINED);
        committer.durable(7, 1, capture(1, 1));
        committer.durable(7, 1, capture(1, 1));
        assertThat(done).containsExactly("ask 7 4-8 RETAINED");
        committer.durable(7, 0, capture(0, 0));
        assertThat(done).containsExactly("ask 7 4-8 RETAINED", "ack 7 4-8");
    }

    @Test
    void aCompletedCheckpointIsConfirmedWithTheFilesOfAllShardsOnce() {
        agree(7, Keep.RETAINED);
        committer.durable(7, 0, capture(0, 0, 1));
        committer.durable(7, 1, capture(1, 1));
        committer.completed(7);
        committer.completed(7);
        assertThat(done.subList(2, done.size()))
                .containsExactly("confirm 4-8 of 7, retained 3, files [weights-0, weights-1]");
    }

    @Test
    void aLaterCompletionStandsForOneThatWasNeverTold() {
        agree(7, Keep.RETAINED);
        committer.durable(7, 0, capture(0));
        committer.durable(7, 1, capture(1));
        agree(8, Keep.RETAINED);
        committer.durable(8, 0, capture(0));
        committer.durable(8, 1, capture(1));
        committer.completed(8);
        committer.completed(7);
        assertThat(done.subList(4, done.size())).containsExactly("confirm 4-8 of 8, retained 3, files []");
    }

    /** Flink goes back to the checkpoint before, if the job fails while it stops: what the savepoint covers may be taken back. */
    @Test
    void aSavepointPublishesNothing() {
        agree(7, Keep.PINNED);
        committer.durable(7, 0, capture(0, 0, 1));
        committer.durable(7, 1, capture(1));
        committer.completed(7);
        assertThat(done).containsExactly("ask 7 4-8 PINNED", "ack 7 4-8");
    }

    @Test
    void aLostCaptureDeclinesTheCheckpointOnce() {
        agree(7, Keep.RETAINED);
        committer.durable(7, 0, capture(0));
        committer.lost(7, "shard 1: disk full");
        committer.lost(7, "the deadline is over");
        committer.durable(7, 1, capture(1));
        committer.completed(7);
        assertThat(done).containsExactly("ask 7 4-8 RETAINED", "decline shard 1: disk full");
    }

    @Test
    void anAnswerOfAnotherCutIsNone() {
        agree(7, Keep.RETAINED);
        committer.durable(7, 0, new DurableCapture(new CaptureKey("run", 4, 7), "s", 1, List.of()));
        committer.durable(7, 1, capture(1));
        assertThat(done).containsExactly("ask 7 4-8 RETAINED");
    }

    @Test
    void anUnknownBoundaryDeclines() {
        committer.opened(4);
        committer.told(1, 7, 8);
        committer.snapshot(7, Keep.RETAINED);
        assertThat(done)
                .containsExactly("decline checkpoint 7: 1 of 2 workers know where it stands: they have just begun");
    }

    @Test
    void differentBoundariesDecline() {
        committer.opened(4);
        committer.told(0, 7, 8);
        committer.told(1, 7, 9);
        committer.snapshot(7, Keep.RETAINED);
        assertThat(done)
                .containsExactly(
                        "decline checkpoint 7: workers stand at different steps {0=8, 1=9}: it must cut between two steps");
    }

    @Test
    void whatAWorkerSaidAtItsEndHoldsForEveryLaterCheckpoint() {
        committer.opened(4);
        committer.told(0, CommitterMachine.END, 8);
        committer.told(1, 7, 8);
        committer.snapshot(7, Keep.RETAINED);
        committer.told(1, CommitterMachine.END, 8);
        committer.snapshot(8, Keep.RETAINED);
        assertThat(done).containsExactly("ask 7 4-8 RETAINED", "ask 8 4-8 RETAINED");
    }

    @Test
    void anAbortedCheckpointIsForgotten() {
        agree(7, Keep.RETAINED);
        committer.aborted(7);
        committer.durable(7, 0, capture(0));
        committer.durable(7, 1, capture(1));
        committer.lost(7, "late");
        assertThat(done).containsExactly("ask 7 4-8 RETAINED");
    }
}
