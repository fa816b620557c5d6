package org.drlput.common.tensor;

/**
 * Name, shape and role of one float32 tensor, row-major {@code [rows, columns]}; a vector of n has n rows of one column.
 *
 * <p>A tensor is cut into shards by rows, so that all that must stay together (an embedding, a unit's batch-norm
 * statistics) is one row.
 */
public record TensorSpec(String name, int rows, int columns, Role role) {
    /** What a contribution holds for a tensor, and what an update does with it. */
    public enum Role {
        /** Contribution: the gradient sum, of the tensor's shape. Stepped by the optimizer. */
        DENSE,
        /** As {@link #DENSE}, without weight decay: biases, and batch norm's gamma and beta. */
        DENSE_NO_DECAY,
        /** Contribution: gradient sums of the touched rows only. Stepped lazily: untouched rows stay as they are. */
        EMBEDDING,
        /**
         * Batch-norm statistics {@code [units, 2]}: columns running mean and running variance. Contribution: the sums of x
         * and of x² over valid rows. Not stepped: moved towards the step's mean and population variance.
         */
        STATISTIC
    }

    public TensorSpec {
        if (rows < 0 || columns < 1 || (long) rows * columns > Integer.MAX_VALUE - 64) {
            throw new IllegalArgumentException(
                    "tensor %s: shape [%d, %d]: rows must be 0 or more, columns 1 or more, and "
                                    .formatted(name, rows, columns)
                            + "rows * columns below 2^31 - 64");
        }
    }

    public int size() {
        return rows * columns;
    }

    public boolean sparse() {
        return role == Role.EMBEDDING;
    }

    /** The same tensor with another number of rows: a shard's part of it. */
    public TensorSpec withRows(int partRows) {
        return new TensorSpec(name, partRows, columns, role);
    }
}
