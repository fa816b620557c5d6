package org.drlput.common.gradient;

import java.util.List;
import org.drlput.common.tensor.TensorSpec;

/**
 * Sums over the valid rows of one micro-batch, or of an aligned subtree of micro-batches: gradient sums, batch-norm sums,
 * sparse embedding gradients, metrics.
 *
 * <p>An <em>empty</em> contribution (no valid row, or a refused micro-batch) is the identity of {@link #add}: nothing is
 * added, not even zeros, so that the bits of a sum do not depend on where it was formed. Mutable, reused, not thread-safe.
 */
public final class Contribution {
    private final List<TensorSpec> tensors;
    private final float[][] dense;
    private final SparseRows[] sparse;
    private final Metrics metrics = new Metrics();

    public Contribution(List<TensorSpec> tensors) {
        this.tensors = List.copyOf(tensors);
        this.dense = new float[tensors.size()][];
        this.sparse = new SparseRows[tensors.size()];
        for (int i = 0; i < dense.length; i++) {
            TensorSpec tensor = tensors.get(i);
            sparse[i] = new SparseRows(tensor.sparse() ? tensor.rows() : 0, tensor.columns());
            dense[i] = new float[tensor.sparse() ? 0 : tensor.size()];
        }
    }

    public List<TensorSpec> tensors() {
        return tensors;
    }

    /** The live sums of a tensor that is not an embedding, {@code [rows, columns]}. */
    public float[] dense(int index) {
        return dense[index];
    }

    /** The live sums of an embedding table. */
    public SparseRows sparse(int index) {
        return sparse[index];
    }

    /** The live sums of any tensor, the first {@link #size} of them: of the whole tensor, or of the touched rows. */
    public float[] values(int index) {
        return tensors.get(index).sparse() ? sparse[index].values() : dense[index];
    }

    /** How many sums a tensor has here. */
    public int size(int index) {
        SparseRows rows = sparse[index];
        return tensors.get(index).sparse() ? rows.count() * rows.columns() : dense[index].length;
    }

    public Metrics metrics() {
        return metrics;
    }

    /** No valid rows: adding it changes nothing but counts of refusals. */
    public boolean empty() {
        return metrics.rows == 0;
    }

    /** this + right: one inner node of the summation tree, this the left child. */
    public void add(Contribution right) {
        if (!tensors.equals(right.tensors)) {
            throw new IllegalArgumentException("contributions to different tensors can not be added");
        }
        if (!right.empty()) {
            boolean first = empty();
            for (int i = 0; i < dense.length; i++) {
                if (tensors.get(i).sparse()) {
                    sparse[i].add(right.sparse[i]);
                } else if (first) {
                    System.arraycopy(right.dense[i], 0, dense[i], 0, dense[i].length);
                } else {
                    addArrays(dense[i], right.dense[i]);
                }
            }
        }
        metrics.add(right.metrics);
    }

    private static void addArrays(float[] left, float[] right) {
        for (int i = 0; i < left.length; i++) {
            left[i] += right[i];
        }
    }

    /** Back to empty. Dense sums keep their stale values: {@link #add} and the network overwrite them. */
    public void clear() {
        metrics.clear();
        for (SparseRows rows : sparse) {
            rows.clear();
        }
    }
}
