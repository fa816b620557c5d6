package org.drlput.jobs.cli;

import java.util.function.LongSupplier;

/** Progress of what reads files from end to end: the share of bytes read tells how long the rest takes. */
final class RowRate {
    private static final double NANOS = 1e9;

    private final LongSupplier nanoTime;
    private final long start;

    RowRate(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        start = nanoTime.getAsLong();
    }

    ProgressView.State state(String phase, long rows, long bytes, long totalBytes) {
        double seconds = Math.max(1e-3, (nanoTime.getAsLong() - start) / NANOS);
        double share = totalBytes <= 0 ? 0 : Math.min(1, (double) bytes / totalBytes);
        double left = share > 0 ? seconds * (1 - share) / share : -1;
        long totalRows = share > 0 ? Math.max(rows, Math.round(rows / share)) : 0;
        return ProgressView.State.rows(phase, rows, totalRows, rows / seconds, left);
    }

    /** Where the number of rows is known. */
    ProgressView.State state(String phase, long rows, long totalRows) {
        return state(phase, rows, rows, totalRows).withTotalRows(totalRows);
    }
}
