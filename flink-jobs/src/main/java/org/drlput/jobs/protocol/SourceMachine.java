package org.drlput.jobs.protocol;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.drlput.server.shard.CaptureKey;
import org.jspecify.annotations.Nullable;

/**
 * The one source of a job: opens a generation, then says which record comes next. First one without tickets that only tells the
 * boundary, so that every worker knows it before any barrier; then the steps, each once every shard has completed the step
 * {@code window} before it; the end once every version of the run is published and evaluated. Until then checkpoints repeat the
 * last boundary.
 *
 * <pre>
 *            opened              emitted             boundary = total, all evaluated
 *   OPENING --------> first record -----> steps ----------------------------------> END
 * </pre>
 *
 * <p>Where training may end early the total is not known from the beginning: see {@link RunCourse}.
 */
public final class SourceMachine {
    /** What may be emitted now. */
    public enum Next {
        /** The first record of a generation. */
        OPENING,
        STEP,
        /** Nothing before the shards have gone further. */
        WAIT,
        END
    }

    private record Life(long generation, List<Long> incarnations) {}

    private final CaptureKey start;
    private final int window;
    /** What it may plan, and where the run ends; while versions are judged it may get longer, or shorter. */
    private RunCourse course;

    private int published;
    private int judged;
    /** Null: the shards are not opened yet. */
    private @Nullable Life life;

    private boolean firstEmitted;
    /** The next step; all before it were emitted, and every barrier stands here. */
    private long boundary;

    private @Nullable CaptureKey lastCut;
    /** Complete steps, per shard. */
    private long[] completed = new long[0];

    /**
     * @param start where this life of the job begins: the key of the capture that is restored; generation 0: at the beginning
     * @param course as far as is known at the beginning
     * @param window so many steps are under way at a time, the one to be completed next included
     */
    public SourceMachine(CaptureKey start, RunCourse course, int window) {
        this.start = start;
        this.course = course;
        this.window = window;
        this.boundary = start.boundary();
    }

    /**
     * The generation to open: above all that any shard, the captures or the restored state know of. A shard that knows a higher one
     * refuses, and the shards are asked again. Of no state: callable by any thread.
     *
     * @param known the generation of every shard's status, which covers the captures on its disk
     */
    public static long generationAbove(CaptureKey start, Collection<Long> known) {
        return Math.max(
                        start.generation(),
                        known.stream().mapToLong(Long::longValue).max().orElse(0))
                + 1;
    }

    /** Every shard has opened this generation. */
    public void opened(long generation, List<Long> incarnations) {
        if (life != null) {
            throw new IllegalStateException(
                    "generation %d: is open already, found %d".formatted(life.generation(), generation));
        }
        life = new Life(generation, List.copyOf(incarnations));
        completed = new long[incarnations.size()];
        Arrays.fill(completed, start.boundary());
    }

    public boolean isOpen() {
        return life != null;
    }

    /**
     * Takes in a shard's status, of after the opening.
     *
     * @return why this life of the job is over: Flink restores the region; null: it goes on
     */
    public @Nullable String observe(int shard, ShardView view) {
        Life current = requireOpen();
        if (!view.failure().isEmpty()) {
            return "shard %d: %s".formatted(shard, view.failure());
        }
        if (view.generation() != current.generation()
                || view.incarnation() != current.incarnations().get(shard)) {
            return "shard %d: is in generation %d, expected %d: it was started anew, or another life of the run opened it"
                    .formatted(shard, view.generation(), current.generation());
        }
        completed[shard] = Math.max(completed[shard], view.step());
        // shard 0 alone looks at the registry
        if (shard == 0) {
            published = Math.max(published, view.published());
            judged = Math.max(judged, view.evaluated());
        }
        return null;
    }

    /** More of the run's versions are judged. */
    public void follow(RunCourse known) {
        course = known;
    }

    /** Whether the next step waits for a version to be judged, or there is none. */
    public boolean isHeld() {
        return boundary >= course.open();
    }

    public Next next() {
        if (life == null) {
            return Next.WAIT;
        }
        if (!firstEmitted) {
            return Next.OPENING;
        }
        if (!isHeld()) {
            return boundary < completed() + window ? Next.STEP : Next.WAIT;
        }
        boolean evaluated = published >= course.versionCount() && judged >= course.versionCount();
        return boundary >= course.end() && evaluated ? Next.END : Next.WAIT;
    }

    /** Steps that every shard has completed. */
    public long completed() {
        return Arrays.stream(completed).min().orElse(0);
    }

    /** Of the record that {@link #next} allows: OPENING or STEP. */
    public StepHeader header() {
        Life current = requireOpen();
        return new StepHeader(current.generation(), current.incarnations(), boundary, lastCut);
    }

    /** The record that {@link #header} is of is on its way to every worker. */
    public void emitted() {
        if (firstEmitted) {
            boundary++;
        }
        firstEmitted = true;
    }

    /**
     * A checkpoint's barrier passes the source: everything before the boundary is before it.
     *
     * @return the source's state, the key of the captures of this checkpoint
     */
    public CaptureKey barrier() {
        Life current = life;
        if (current == null) {
            return start;
        }
        CaptureKey cut = new CaptureKey(start.run(), current.generation(), boundary);
        lastCut = cut;
        return cut;
    }

    /** The next step. */
    public long boundary() {
        return boundary;
    }

    private Life requireOpen() {
        if (life == null) {
            throw new IllegalStateException("no generation is open");
        }
        return life;
    }
}
