package org.drlput.jobs.train;

/** The lanes of one worker: the contiguous {@code [first, end)} of V, the same within one life of the job. */
record Lanes(int first, int end) {
    /** Worker i of P takes lanes from {@code floor(iV/P)} up to {@code floor((i+1)V/P)}. */
    static Lanes of(int worker, int workers, int microBatches) {
        return new Lanes(microBatches * worker / workers, microBatches * (worker + 1) / workers);
    }

    int count() {
        return end - first;
    }
}
