package org.drlput.jobs.protocol;

/** What a channel between two operators carries. */
sealed interface Item {
    /** To a worker: the record of a step. */
    record Step(StepHeader header) implements Item {}

    /** To a worker: the record after opening, without tickets. */
    record First(StepHeader header) implements Item {}

    /** To all: a checkpoint's barrier. */
    record Barrier(long checkpoint) implements Item {}

    /** To a worker: the end of the input. */
    record End() implements Item {}

    /** To the committer: where a worker stands at a checkpoint. */
    record Told(long checkpoint, long boundary) implements Item {}

    /** To the committer: a record has passed through a worker. */
    record Passed() implements Item {}

    /** To the committer: the generation begins. */
    record Opened(long generation) implements Item {}
}
