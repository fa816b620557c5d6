package org.drlput.jobs.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.drlput.common.log.EpochOrder.Piece;

/**
 * What the source tells every worker. The first record after opening has no tickets and only tells the next step; then comes
 * one record a step, with the rows of all V tickets.
 *
 * @param generation the life of the job that this record is of
 * @param incarnations of the shards, in shard order, as they answered {@code Open}
 * @param step the step to compute; of the first record, the next one
 * @param epoch which pass over the rows, for the order of rows within their blocks
 * @param lastCut boundary of the newest cut of this generation that the source knew of; {@link #NO_CUT}: none
 * @param tickets per lane v the rows of micro-batch v; empty in the first record
 */
public record StepRecord(
        long generation, long[] incarnations, long step, int epoch, long lastCut, List<List<Piece>> tickets) {
    static final long NO_CUT = -1;

    static final RecordType<StepRecord> TYPE = new RecordType<>(StepRecord.class, new Serializer());

    /** The first record of a generation. */
    boolean opens() {
        return tickets.isEmpty();
    }

    /** All steps before this one are planned up to here. */
    long boundary() {
        return opens() ? step : step + 1;
    }

    /** Hand-written layout: generation, incarnations, step, epoch, last cut, then per lane its pieces. */
    public static final class Serializer extends RecordSerializer<StepRecord> {
        private static final long serialVersionUID = 1L;

        @Override
        public void serialize(StepRecord record, DataOutputView target) throws IOException {
            target.writeLong(record.generation);
            writeLongs(record.incarnations, target);
            target.writeLong(record.step);
            target.writeInt(record.epoch);
            target.writeLong(record.lastCut);
            target.writeInt(record.tickets.size());
            for (List<Piece> ticket : record.tickets) {
                target.writeInt(ticket.size());
                for (Piece piece : ticket) {
                    target.writeLong(piece.block());
                    target.writeInt(piece.first());
                    target.writeInt(piece.count());
                }
            }
        }

        @Override
        public StepRecord deserialize(DataInputView source) throws IOException {
            long generation = source.readLong();
            long[] incarnations = readLongs(source);
            long step = source.readLong();
            int epoch = source.readInt();
            long lastCut = source.readLong();
            int lanes = source.readInt();
            List<List<Piece>> tickets = new ArrayList<>(lanes);
            for (int lane = 0; lane < lanes; lane++) {
                int pieces = source.readInt();
                List<Piece> ticket = new ArrayList<>(pieces);
                for (int i = 0; i < pieces; i++) {
                    ticket.add(new Piece(source.readLong(), source.readInt(), source.readInt()));
                }
                tickets.add(ticket);
            }
            return new StepRecord(generation, incarnations, step, epoch, lastCut, tickets);
        }

        @Override
        public TypeSerializerSnapshot<StepRecord> snapshotConfiguration() {
            return new Snapshot();
        }
    }

    /** Names the serializer in checkpoints. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<StepRecord> {
        public Snapshot() {
            super(Serializer::new);
        }
    }
}
