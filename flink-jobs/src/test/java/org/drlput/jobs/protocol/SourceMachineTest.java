package org.drlput.jobs.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.drlput.jobs.protocol.SourceMachine.Next;
import org.drlput.server.shard.CaptureKey;
import org.junit.jupiter.api.Test;

class SourceMachineTest {
    private static final int VERSIONS = 2;

    private static CaptureKey key(long generation, long boundary) {
        return new CaptureKey("run", generation, boundary);
    }

    private static RunCourse whole(long totalSteps) {
        return new RunCourse(totalSteps, totalSteps, (totalSteps + VERSIONS - 1) / VERSIONS);
    }

    private static SourceMachine open(CaptureKey start, long totalSteps, int window) {
        SourceMachine source = new SourceMachine(start, whole(totalSteps), window);
        source.opened(5, List.of(11L, 12L));
        return source;
    }

    private static void complete(SourceMachine source, long steps) {
        for (int shard = 0; shard < 2; shard++) {
            assertThat(source.observe(shard, new ShardView(5, 11 + shard, steps, 0, 0, "")))
                    .isNull();
        }
    }

    @Test
    void theGenerationIsAboveAllThatAnybodyKnows() {
        assertThat(SourceMachine.generationAbove(key(0, 0), List.of(0L, 0L))).isEqualTo(1);
        assertThat(SourceMachine.generationAbove(key(3, 9), List.of(1L, 0L))).isEqualTo(4);
        assertThat(SourceMachine.generationAbove(key(3, 9), List.of(2L, 7L))).isEqualTo(8);
    }

    @Test
    void nothingIsEmittedBeforeEveryShardIsOpen() {
        SourceMachine source = new SourceMachine(key(3, 7), whole(10), 2);
        assertThat(source.next()).isEqualTo(Next.WAIT);
        assertThat(source.barrier())
                .as("a checkpoint now is of what was restored")
                .isEqualTo(key(3, 7));
    }

    @Test
    void theFirstRecordOfAGenerationTellsTheBoundary() {
        SourceMachine source = open(key(3, 7), 10, 2);
        assertThat(source.next()).isEqualTo(Next.OPENING);
        assertThat(source.header()).isEqualTo(new StepHeader(5, List.of(11L, 12L), 7, null));
        source.emitted();
        assertThat(source.next()).isEqualTo(Next.STEP);
        assertThat(source.header().step()).isEqualTo(7);
    }

    @Test
    void aStepWaitsForTheStepThatIsAWindowBeforeIt() {
        for (int window = 1; window <= 4; window++) {
            SourceMachine source = open(key(0, 0), 20, window);
            source.emitted();
            for (long completed = 0; completed < 16; completed++) {
                complete(source, completed);
                while (source.next() == Next.STEP) {
                    source.emitted();
                }
                assertThat(source.boundary()).as("window %d", window).isEqualTo(completed + window);
                assertThat(source.next()).isEqualTo(Next.WAIT);
            }
        }
    }

    @Test
    void theSlowestShardIsWaitedForAndLateStatusesChangeNothing() {
        SourceMachine source = open(key(0, 0), 20, 1);
        source.emitted();
        source.emitted();
        source.observe(0, new ShardView(5, 11, 4, 0, 0, ""));
        assertThat(source.next()).isEqualTo(Next.WAIT);
        source.observe(1, new ShardView(5, 12, 1, 0, 0, ""));
        source.observe(1, new ShardView(5, 12, 0, 0, 0, ""));
        assertThat(source.completed()).isEqualTo(1);
        assertThat(source.next()).isEqualTo(Next.STEP);
    }

    @Test
    void recordsTellTheNewestCutOfTheirGeneration() {
        SourceMachine source = open(key(3, 7), 10, 9);
        source.emitted();
        source.emitted();
        assertThat(source.header().lastCut()).isNull();
        assertThat(source.barrier()).isEqualTo(key(5, 8));
        source.emitted();
        assertThat(source.header().lastCut()).isEqualTo(key(5, 8));
        assertThat(source.barrier()).isEqualTo(key(5, 9));
        assertThat(source.header().lastCut()).isEqualTo(key(5, 9));
    }

    @Test
    void theEndWaitsUntilEveryVersionIsPublishedAndEvaluated() {
        SourceMachine source = open(key(3, 10), 10, 2);
        source.emitted();
        complete(source, 10);
        assertThat(source.next()).isEqualTo(Next.WAIT);
        assertThat(source.barrier()).isEqualTo(source.barrier()).isEqualTo(key(5, 10));
        source.observe(0, new ShardView(5, 11, 10, 2, 1, ""));
        assertThat(source.next()).isEqualTo(Next.WAIT);
        source.observe(1, new ShardView(5, 12, 10, 2, 2, ""));
        assertThat(source.next()).as("shard 0 looks at the registry").isEqualTo(Next.WAIT);
        source.observe(0, new ShardView(5, 11, 10, 2, 2, ""));
        assertThat(source.next()).isEqualTo(Next.END);
    }

    @Test
    void anotherLifeOfAShardEndsThisLifeOfTheJob() {
        SourceMachine source = open(key(0, 0), 10, 2);
        assertThat(source.observe(1, new ShardView(5, 99, 0, 0, 0, "")))
                .isEqualTo(
                        "shard 1: is in generation 5, expected 5: it was started anew, or another life of the run opened it");
        assertThat(source.observe(0, new ShardView(6, 11, 0, 0, 0, ""))).startsWith("shard 0: is in generation 6");
        assertThat(source.observe(0, new ShardView(5, 11, 0, 0, 0, "too many refused")))
                .isEqualTo("shard 0: too many refused");
    }
}
