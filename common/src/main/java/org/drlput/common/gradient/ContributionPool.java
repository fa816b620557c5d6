package org.drlput.common.gradient;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.drlput.common.tensor.TensorSpec;

/**
 * Contributions to be used again, the last one first. Holds as many as were in use at the same time. Thread-safe: one thread may
 * fill what another one adds and gives back.
 */
public final class ContributionPool {
    private final List<TensorSpec> tensors;
    private final ConcurrentLinkedDeque<Contribution> free = new ConcurrentLinkedDeque<>();

    public ContributionPool(List<TensorSpec> tensors) {
        this.tensors = List.copyOf(tensors);
    }

    /** A cleared contribution, owned by the caller until {@link #release}. */
    public Contribution take() {
        Contribution contribution = free.pollFirst();
        if (contribution == null) {
            return new Contribution(tensors);
        }
        contribution.clear();
        return contribution;
    }

    /** Gives a contribution back. */
    public void release(Contribution contribution) {
        if (free.contains(contribution)) {
            throw new IllegalArgumentException("the contribution was released before");
        }
        free.addFirst(contribution);
    }
}
