package org.drlput.common.serve;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.drlput.common.serve.DecisionLogOptions.Rows;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes decisions and what came of them as the logs that training reads: Arrow files in a folder per experiment, {@code
 * <experiment's name>-<8 digits of its SHA-256>/decisions-<time>-<writer>-<number>.arrow}, which appear whole.
 *
 * <p>Beside the columns that the experiment names there are {@code policy_version} (null: there was none), {@code explored}, and
 * {@code decided_by}. Rows wait in a bounded queue and are written by a thread of their own: nobody who decides ever waits. Any
 * number of threads.
 */
public final class DecisionLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DecisionLog.class);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final long IDLE_MILLIS = 100;
    private static final long RETRY_MILLIS = 1_000;
    private static final int NAME_DIGITS = 8;

    private final DecisionLogOptions options;
    private final Clock clock;
    private final BlockingQueue<LoggedDecision> queue;
    private final String writer = UUID.randomUUID().toString().substring(0, NAME_DIGITS);
    private final LongAdder written = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final Thread thread;
    private volatile boolean closing;

    /** Of the writing thread. */
    private final Map<String, DecisionTable> tables = new HashMap<>();

    private int files;
    private boolean failing;

    /**
     * What became of the rows that were offered and are to be kept.
     *
     * @param written that are in files
     * @param dropped because the queue was full, or the log closed, or they could not be written until it was
     */
    public record Counts(long written, long dropped) {}

    private DecisionLog(DecisionLogOptions options, Clock clock) {
        this.options = options;
        this.clock = clock;
        queue = new ArrayBlockingQueue<>(options.queueRows());
        thread = new Thread(this::run, "decision-log");
        thread.setDaemon(true);
    }

    /** Begins a log; folders are made when they are needed. */
    public static DecisionLog open(DecisionLogOptions options) {
        DecisionLog log = new DecisionLog(options, Clock.systemUTC());
        log.thread.start();
        return log;
    }

    /**
     * Adds a row; never waits.
     *
     * @return false where it was dropped, because the queue is full or the log closed. A decision that this log does not keep is none
     */
    public boolean offer(LoggedDecision row) {
        if (options.rows() == Rows.EXPLORED && !row.decision().explored()) {
            return true;
        }
        if (closing || !queue.offer(row)) {
            dropped.increment();
            return false;
        }
        return true;
    }

    public Counts counts() {
        return new Counts(written.sum(), dropped.sum());
    }

    private void run() {
        while (!closing || !queue.isEmpty()) {
            try {
                LoggedDecision row = queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                if (row != null) {
                    add(row);
                }
                writeDue();
            } catch (InterruptedException e) {
                // nobody but close asks this thread to end, and not by this
                LOG.debug("interrupted", e);
            }
        }
        tables.values().forEach(table -> write(table));
        tables.values().forEach(this::end);
    }

    private void add(LoggedDecision row) {
        ServedExperiment experiment = row.decision().experiment();
        DecisionTable table = tables.computeIfAbsent(experiment.sha256(), sha256 -> {
            String folder = experiment.experiment().name() + "-" + sha256.substring(0, NAME_DIGITS);
            return new DecisionTable(options.directory().resolve(folder), experiment, options.rows());
        });
        try {
            table.add(row);
        } catch (RuntimeException e) {
            // a row of one's own making must not end the log
            dropped.increment();
            LOG.warn("row of request {} can not be logged: {}", row.requestId(), e.toString());
        }
    }

    /** Ends files that are full or old enough. Where the disk is full no row is taken until it is not: then the queue fills. */
    private void writeDue() throws InterruptedException {
        for (DecisionTable table : tables.values()) {
            boolean full = table.rowCount() >= options.rowsPerFile();
            boolean old = table.rowCount() > 0
                    && System.nanoTime() - table.since() >= options.rollEvery().toNanos();
            while ((full || old) && !write(table) && !closing) {
                Thread.sleep(RETRY_MILLIS);
            }
        }
    }

    private boolean write(DecisionTable table) {
        int rows = table.rowCount();
        if (rows == 0) {
            return true;
        }
        try {
            Instant now = clock.instant();
            table.write("decisions-%s-%s-%06d.arrow".formatted(TIME.format(now), writer, files));
            files++;
            written.add(rows);
            failing = false;
            return true;
        } catch (IOException e) {
            if (!failing) {
                LOG.warn("{}: decisions can not be written, trying again: {}", options.directory(), e.toString());
            }
            failing = true;
            return false;
        }
    }

    private void end(DecisionTable table) {
        if (table.rowCount() > 0) {
            dropped.add(table.rowCount());
            LOG.error("{}: {} decisions are lost: they could not be written", options.directory(), table.rowCount());
        }
        table.close();
    }

    /** Writes what was offered so far, and ends. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join();
            // offered while it ended
            dropped.add(queue.size());
            queue.clear();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
