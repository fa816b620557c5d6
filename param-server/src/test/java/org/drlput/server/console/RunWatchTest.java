package org.drlput.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.drlput.common.wire.v1.Metrics;
import org.drlput.common.wire.v1.StatusReply;
import org.drlput.server.console.RunNow.Progress;
import org.drlput.server.console.RunNow.State;
import org.junit.jupiter.api.Test;

/** How fast a run is and how it came here, from what its shards say. */
class RunWatchTest {
    private final RunWatch watch = new RunWatch();

    private static StatusReply status(String run, long generation, long step) {
        return StatusReply.newBuilder()
                .setRun(run)
                .setGeneration(generation)
                .setOpened(true)
                .setStep(step)
                .setTotalSteps(100_000)
                .setMetrics(Metrics.newBuilder().setRows(64 * step))
                .build();
    }

    private RunNow see(long seconds, StatusReply... answers) {
        RunNow now = watch.see(1000 * seconds, List.of(answers));
        if (now == null) {
            throw new AssertionError("no run");
        }
        return now;
    }

    @Test
    void aShardThatIsNotOpenIsOfNoRun() {
        assertThat(watch.see(0, List.of())).isNull();
        assertThat(watch.see(
                        0,
                        List.of(StatusReply.newBuilder()
                                .setRun("old")
                                .setGeneration(3)
                                .build())))
                .isNull();
        assertThat(watch.progress()).isEmpty();
    }

    @Test
    void theSlowestShardIsHowFarARunIs() {
        RunNow now = see(0, status("a", 1, 12), status("a", 1, 10), status("a", 1, 11));

        assertThat(now.step()).isEqualTo(10);
        assertThat(now.rows()).isEqualTo(640);
        // one that still stands in an older life says nothing of this one
        assertThat(see(2, status("a", 2, 9), status("a", 1, 3)).step()).isEqualTo(9);
    }

    @Test
    void speedIsOverTheLastHalfMinute() {
        assertThat(see(0, status("a", 1, 0)).rowsPerSecond()).isNull();
        assertThat(see(0, status("a", 1, 0)).state()).isEqualTo(State.WAITING);
        assertThat(see(2, status("a", 1, 10)).rowsPerSecond()).isEqualTo(320);
        assertThat(see(2, status("a", 1, 10)).state()).isEqualTo(State.TRAINING);
        for (int second = 4; second <= 40; second += 2) {
            see(second, status("a", 1, 10));
        }
        RunNow still = see(42, status("a", 1, 10));
        assertThat(still.rowsPerSecond()).isZero();
        assertThat(still.state()).isEqualTo(State.WAITING);
    }

    @Test
    void aRunThatFailedOrEndedSaysSo() {
        StatusReply failed =
                status("a", 1, 5).toBuilder().setFailure("no space").build();
        assertThat(see(0, status("a", 1, 5), failed).state()).isEqualTo(State.FAILED);
        assertThat(see(2, status("a", 1, 100_000)).state()).isEqualTo(State.ENDED);
    }

    @Test
    void aRestoreTakesBackWhatCameAfterIt() {
        for (int step = 1; step <= 5; step++) {
            see(step, status("a", 1, step));
        }
        see(6, status("a", 2, 3));
        see(7, status("a", 2, 4));

        assertThat(watch.progress()).extracting(Progress::step).containsExactly(1L, 2L, 3L, 4L);
        see(8, status("b", 1, 9));
        assertThat(watch.progress()).extracting(Progress::step).containsExactly(9L);
    }

    @Test
    void aLongRunIsKeptWhole() {
        for (int step = 1; step <= 10_000; step++) {
            see(2L * step, status("a", 1, step));
        }

        List<Progress> progress = watch.progress();
        assertThat(progress).hasSizeBetween(RunWatch.MAX_POINTS / 2, RunWatch.MAX_POINTS);
        assertThat(progress.get(0).step()).isEqualTo(1);
        assertThat(progress.get(progress.size() - 1).step()).isGreaterThan(9_900);
    }
}
