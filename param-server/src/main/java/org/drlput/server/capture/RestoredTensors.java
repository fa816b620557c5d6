package org.drlput.server.capture;

import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.TensorPieces.Piece;
import org.drlput.server.optimizer.Optimizer;

/** A shard's arrays while they are filled from the pieces of all parts of a capture. */
final class RestoredTensors {
    /**
     * @param tensor the whole one
     * @param values rows {@code [firstRow, endRow)}
     * @param read rows of the whole tensor that were seen
     */
    private record Target(TensorSpec tensor, int firstRow, int endRow, float[] values, BitSet read) {}

    private final Map<String, Target> targets = new HashMap<>();

    RestoredTensors(
            ShardLayout layout, int shard, List<TensorSpec> tensors, Parameters weights, List<Optimizer.State> state) {
        for (int t = 0; t < tensors.size(); t++) {
            add(layout, shard, tensors.get(t), weights.values(t));
        }
        for (Optimizer.State array : state) {
            TensorSpec tensor = tensors.get(weights.index(array.tensor()));
            add(layout, shard, CaptureFile.named(tensor, array.name()), array.values());
        }
    }

    private void add(ShardLayout layout, int shard, TensorSpec tensor, float[] values) {
        int first = layout.firstRow(tensor, shard);
        int end = first + layout.rowCount(tensor, shard);
        targets.put(tensor.name(), new Target(tensor, first, end, values, new BitSet()));
    }

    void accept(Path file, Piece piece) throws CaptureException {
        Target target = targets.get(piece.tensor());
        if (target == null) {
            throw new CaptureException("%s: holds '%s', which this run's network and optimizer do not have"
                    .formatted(file, piece.tensor()));
        }
        TensorSpec tensor = target.tensor();
        if (piece.rows() != tensor.rows() || piece.columns() != tensor.columns() || !piece.ofWholeRows()) {
            throw new CaptureException(
                    "%s: '%s': found %d values from row %d on of shape [%d, %d], expected rows of [%d, %d]"
                            .formatted(
                                    file,
                                    piece.tensor(),
                                    piece.count(),
                                    piece.firstRow(),
                                    piece.rows(),
                                    piece.columns(),
                                    tensor.rows(),
                                    tensor.columns()));
        }
        int first = (int) piece.firstRow();
        int end = first + (int) (piece.count() / piece.columns());
        int twice = target.read().nextSetBit(first);
        if (twice >= 0 && twice < end) {
            throw new CaptureException("%s: '%s': row %d is there twice".formatted(file, piece.tensor(), twice));
        }
        target.read().set(first, end);
        copy(piece, target, Math.max(first, target.firstRow()), Math.min(end, target.endRow()));
    }

    private static void copy(Piece piece, Target target, int from, int to) {
        if (from < to) {
            int columns = target.tensor().columns();
            piece.values()
                    .position((int) ((from - piece.firstRow()) * columns))
                    .get(target.values(), (from - target.firstRow()) * columns, (to - from) * columns);
        }
    }

    void requireWhole(Path folder) throws CaptureException {
        for (Target target : targets.values()) {
            int missing = target.read().nextClearBit(0);
            if (missing < target.tensor().rows()) {
                throw new CaptureException("%s: '%s': row %d is in none of its parts"
                        .formatted(folder, target.tensor().name(), missing));
            }
        }
    }
}
