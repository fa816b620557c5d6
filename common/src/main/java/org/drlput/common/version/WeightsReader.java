package org.drlput.common.version;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.TensorPieces.Piece;

/** Puts whole tensors together from the pieces of weights files, and notes all that is wrong with them. One thread. */
final class WeightsReader {
    private static final String EXCHANGED = "it belongs to another experiment";

    private final Parameters weights;
    /** Per tensor the rows that were read. */
    private final BitSet[] rowsRead;

    private final List<String> problems = new ArrayList<>();
    /** Whether the file being read has rows that were read before: said once, not of each piece. */
    private boolean twice;

    WeightsReader(List<TensorSpec> tensors) {
        weights = new Parameters(tensors);
        rowsRead = new BitSet[tensors.size()];
        for (int t = 0; t < rowsRead.length; t++) {
            rowsRead[t] = new BitSet(tensors.get(t).rows());
        }
    }

    void read(ArrowSource source) {
        String file = source.name();
        twice = false;
        ArrowFiles.read(source, TensorPieces.schema(Map.of()), WeightsFile.FORMAT, problems, root -> {
            for (int i = 0; i < root.getRowCount(); i++) {
                piece(file, TensorPieces.read(root, i));
            }
        });
    }

    private void piece(String file, Piece piece) {
        int t = weights.index(piece.tensor());
        if (t < 0) {
            problems.add("%s: holds tensor '%s', which the experiment's network does not have: %s"
                    .formatted(file, piece.tensor(), EXCHANGED));
            return;
        }
        TensorSpec tensor = weights.tensors().get(t);
        if (piece.rows() != tensor.rows() || piece.columns() != tensor.columns()) {
            problems.add("%s: tensor '%s' has shape [%d, %d], expected [%d, %d]: %s"
                    .formatted(
                            file,
                            piece.tensor(),
                            piece.rows(),
                            piece.columns(),
                            tensor.rows(),
                            tensor.columns(),
                            EXCHANGED));
            return;
        }
        if (!piece.ofWholeRows()) {
            problems.add("%s: tensor '%s' has %d values from row %d on, expected whole rows of its %d rows of %d"
                    .formatted(file, piece.tensor(), piece.count(), piece.firstRow(), piece.rows(), piece.columns()));
            return;
        }
        values(file, t, (int) piece.firstRow(), (int) (piece.count() / piece.columns()), piece.values());
    }

    private void values(String file, int t, int firstRow, int pieceRows, FloatBuffer piece) {
        TensorSpec tensor = weights.tensors().get(t);
        int read = rowsRead[t].nextSetBit(firstRow);
        if (read >= 0 && read < firstRow + pieceRows) {
            if (!twice) {
                problems.add("%s: row %d of tensor '%s' is there twice: is the same part there twice?"
                        .formatted(file, read, tensor.name()));
            }
            twice = true;
            return;
        }
        rowsRead[t].set(firstRow, firstRow + pieceRows);
        float[] values = weights.values(t);
        int at = firstRow * tensor.columns();
        int count = pieceRows * tensor.columns();
        piece.get(values, at, count);
        for (int i = at; i < at + count; i++) {
            if (!Float.isFinite(values[i])) {
                problems.add("%s: tensor '%s' is %s in row %d, column %d, expected finite weights: use an older version"
                        .formatted(file, tensor.name(), values[i], i / tensor.columns(), i % tensor.columns()));
                return;
            }
        }
    }

    /** The weights, if all is well. */
    Parameters finish(String place, int parts) {
        // of damaged files the rows are missing too, but that is not the problem
        if (problems.isEmpty()) {
            checkWhole(place, parts);
        }
        if (!problems.isEmpty()) {
            throw new VersionException(problems, null);
        }
        return weights;
    }

    private void checkWhole(String place, int parts) {
        String first = "";
        int tensors = 0;
        for (int t = 0; t < rowsRead.length; t++) {
            TensorSpec tensor = weights.tensors().get(t);
            int missing = rowsRead[t].nextClearBit(0);
            if (missing < tensor.rows()) {
                int end = rowsRead[t].nextSetBit(missing);
                int last = (end < 0 ? tensor.rows() : end) - 1;
                first = tensors++ == 0 ? "rows %d to %d of tensor '%s'".formatted(missing, last, tensor.name()) : first;
            }
        }
        if (tensors > 0) {
            String others = tensors == 1 ? "" : ", and rows of %d other tensors,".formatted(tensors - 1);
            problems.add(
                    "%s: %s%s are in none of %d weights files: is one missing?".formatted(place, first, others, parts));
        }
    }
}
