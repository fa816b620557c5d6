package org.drlput.server.capture;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;

/**
 * One copy while it is filled, piece by piece, each by whoever comes to it first: {@link #keep} by the thread that is about to change
 * the values, {@link #run} by any other.
 */
final class CopyInProgress implements Runnable {
    /** Values of a piece: 4 KiB. Few, so that who changes one row copies little; enough for copying to run at full speed. */
    private static final int PIECE_VALUES = 1_024;

    private static final int UNTOUCHED = 0;
    private static final int BEING_COPIED = 1;
    private static final int COPIED = 2;

    /** Copies a stretch of an array. */
    interface Stretch {
        void copy(int from, int count);
    }

    /** The arrays of one tensor, all of its shape: weights, and the optimizer's. */
    static final class Arrays {
        private final int columns;
        private final int rows;
        private final int rowsPerPiece;
        private final AtomicIntegerArray pieces;
        private final List<Stretch> copies = new ArrayList<>();

        Arrays(TensorSpec tensor) {
            this.columns = tensor.columns();
            this.rows = tensor.rows();
            this.rowsPerPiece = Math.max(1, PIECE_VALUES / columns);
            this.pieces = new AtomicIntegerArray((rows + rowsPerPiece - 1) / rowsPerPiece);
        }

        Arrays add(float[] values, float[] copy) {
            return add((from, count) -> System.arraycopy(values, from, copy, from, count));
        }

        /** Something that is made of the tensor's arrays. */
        Arrays add(Stretch copy) {
            copies.add(copy);
            return this;
        }

        /** On return it is copied, by this thread or another one. */
        void copy(int piece) {
            if (pieces.getAcquire(piece) == COPIED) {
                return;
            }
            if (pieces.compareAndSet(piece, UNTOUCHED, BEING_COPIED)) {
                int from = piece * rowsPerPiece * columns;
                int count = Math.min(rowsPerPiece, rows - piece * rowsPerPiece) * columns;
                for (Stretch stretch : copies) {
                    stretch.copy(from, count);
                }
                pieces.setRelease(piece, COPIED);
                return;
            }
            while (pieces.getAcquire(piece) != COPIED) {
                Thread.onSpinWait();
            }
        }
    }

    private final Parameters weights;
    private final List<Arrays> tensors;
    private volatile boolean filled;

    /** @param weights of the copy */
    CopyInProgress(Parameters weights, List<Arrays> tensors) {
        this.weights = weights;
        this.tensors = List.copyOf(tensors);
    }

    Parameters weights() {
        return weights;
    }

    boolean filled() {
        return filled;
    }

    void keep(int tensor, int firstRow, int rows) {
        Arrays arrays = tensors.get(tensor);
        int last = (firstRow + rows - 1) / arrays.rowsPerPiece;
        for (int piece = firstRow / arrays.rowsPerPiece; piece <= last && rows > 0; piece++) {
            arrays.copy(piece);
        }
    }

    @Override
    public void run() {
        if (filled) {
            return;
        }
        for (Arrays arrays : tensors) {
            for (int piece = 0; piece < arrays.pieces.length(); piece++) {
                arrays.copy(piece);
            }
        }
        filled = true;
    }
}
