package org.drlput.jobs.train;

/**
 * Which record comes next: first the opening one, then the steps, each once every shard has completed the step {@code window}
 * before it, and the end once every version of the run is published and evaluated. Pure: no I/O, clock or thread.
 */
final class StepSequence {
    /** What may be emitted now. */
    enum Next {
        OPENING,
        STEP,
        WAIT,
        END
    }

    private final long totalSteps;
    private final int window;
    private boolean opened;
    /** The next step; all before it were emitted. */
    private long boundary;

    /** @param boundary the first step of this life of the job */
    StepSequence(long boundary, long totalSteps, int window) {
        this.boundary = boundary;
        this.totalSteps = totalSteps;
        this.window = window;
    }

    /**
     * @param completed steps that every shard has applied
     * @param finished whether every version of the run is published and evaluated
     */
    Next next(long completed, boolean finished) {
        if (!opened) {
            return Next.OPENING;
        }
        if (boundary < totalSteps) {
            return boundary < completed + window ? Next.STEP : Next.WAIT;
        }
        return finished ? Next.END : Next.WAIT;
    }

    void emittedOpening() {
        opened = true;
    }

    void emittedStep() {
        boundary++;
    }

    long boundary() {
        return boundary;
    }
}
