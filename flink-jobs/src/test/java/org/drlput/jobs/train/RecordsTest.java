package org.drlput.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.drlput.common.log.EpochOrder.Piece;
import org.drlput.server.shard.CaptureKey;
import org.junit.jupiter.api.Test;

/** What travels between operators and into checkpoints comes back as it went. */
class RecordsTest {
    @Test
    void stepRecordsSurviveTheWire() throws IOException {
        StepRecord record = new StepRecord(
                3,
                new long[] {Long.MIN_VALUE, 5},
                41,
                2,
                -1,
                List.of(
                        List.of(new Piece(1L << 40, 16_383, 1), new Piece(0, 0, 127)),
                        List.of(),
                        List.of(new Piece(7, 8, 9))));
        StepRecord read = roundTrip(new StepRecord.Serializer(), record);
        assertThat(read.generation()).isEqualTo(3);
        assertThat(read.incarnations()).containsExactly(Long.MIN_VALUE, 5);
        assertThat(read.step()).isEqualTo(41);
        assertThat(read.epoch()).isEqualTo(2);
        assertThat(read.lastCut()).isEqualTo(-1);
        assertThat(read.tickets()).isEqualTo(record.tickets());
        assertThat(read.opens()).isFalse();
    }

    @Test
    void boundaryRecordsSurviveTheWire() throws IOException {
        BoundaryRecord record = new BoundaryRecord(4, 5, BoundaryRecord.END, 977, 1, new long[] {9});
        BoundaryRecord read = roundTrip(new BoundaryRecord.Serializer(), record);
        assertThat(read).usingRecursiveComparison().isEqualTo(record);
    }

    private static <T> T roundTrip(RecordSerializer<T> serializer, T record) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(record, out);
        DataOutputSerializer copy = new DataOutputSerializer(64);
        serializer.copy(new DataInputDeserializer(out.getCopyOfBuffer()), copy);
        assertThat(copy.getCopyOfBuffer()).isEqualTo(out.getCopyOfBuffer());
        return serializer.deserialize(new DataInputDeserializer(copy.getCopyOfBuffer()));
    }

    @Test
    void theSplitIsTheSourcesStateAndOtherVersionsOfItAreRefused() throws IOException {
        RunSplit.Serializer serializer = new RunSplit.Serializer();
        RunSplit split = new RunSplit(new CaptureKey("01J", 3, 500), 7);
        assertThat(serializer.deserialize(1, serializer.serialize(split))).isEqualTo(split);
        assertThatThrownBy(() -> serializer.deserialize(9, serializer.serialize(split)))
                .isInstanceOf(IOException.class)
                .hasMessage("state of the step source: found version 9, expected 1: written by another DRL-PUT");
    }

    @Test
    void runIdsSortByTimeAndDoNotRepeat() {
        SecureRandom random = new SecureRandom();
        String early = RunId.create(Clock.fixed(Instant.ofEpochMilli(1_469_918_176_385L), ZoneOffset.UTC), random);
        String late = RunId.create(Clock.fixed(Instant.ofEpochMilli(1_469_918_176_386L), ZoneOffset.UTC), random);
        // the specification's own example
        assertThat(early).startsWith("01ARYZ6S41").hasSize(26).matches("[0-9A-HJKMNP-TV-Z]{26}");
        assertThat(early).isLessThan(late);
    }

    @Test
    void lanesOfAllWorkersAreAllLanesOnce() {
        Random random = new Random(1);
        for (int trial = 0; trial < 200; trial++) {
            int microBatches = 1 << (3 + random.nextInt(6));
            int workers = 1 + random.nextInt(microBatches);
            int next = 0;
            for (int worker = 0; worker < workers; worker++) {
                Lanes lanes = Lanes.of(worker, workers, microBatches);
                assertThat(lanes.first()).isEqualTo(next);
                assertThat(lanes.count()).isPositive();
                next = lanes.end();
            }
            assertThat(next).isEqualTo(microBatches);
        }
    }
}
