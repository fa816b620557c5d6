package org.drlput.jobs.train;

/** Runs a training job somewhere else than in this process. */
public interface JobEngine {
    /**
     * Starts the job, or follows it where it runs already, and waits until it has ended well.
     *
     * @throws TrainingException where it ended otherwise
     */
    void execute(TrainSettings settings, int parallelism) throws InterruptedException;

    /** Stops following the job, which goes on, from any thread; {@link #execute} then throws. */
    void leave();

    /** Ends the job soon, from any thread; {@link #execute} then throws. */
    void cancel();
}
