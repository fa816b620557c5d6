package org.drlput.common.serve;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a {@link DecisionLog} works.
 *
 * @param directory below which it writes
 * @param rows which decisions it keeps
 * @param rowsPerFile rows of a full file, and of its only record batch
 * @param rollEvery a file that is not full is ended after so long: what a killed process loses at most, with the queue
 * @param queueRows rows that wait to be written at most; more are dropped, and counted
 */
public record DecisionLogOptions(Path directory, Rows rows, int rowsPerFile, Duration rollEvery, int queueRows) {
    /** Which decisions are kept. */
    public enum Rows {
        /** All, each with its probability in the mixture of exploration and policy. */
        ALL,
        /** The explored ones, each with 1 / K: the probability of its action among explored requests. */
        EXPLORED
    }

    public DecisionLogOptions {
        if (rowsPerFile < 1 || queueRows < 1 || rollEvery.isZero() || rollEvery.isNegative()) {
            throw new IllegalArgumentException(
                    "log: rowsPerFile is %d, queueRows %d, rollEvery %s: expected more than 0 of each"
                            .formatted(rowsPerFile, queueRows, rollEvery));
        }
    }

    /** All decisions, in files of at most 65,536 rows and one minute; 65,536 rows wait at most. */
    public static DecisionLogOptions in(Path directory) {
        return new DecisionLogOptions(directory, Rows.ALL, 1 << 16, Duration.ofMinutes(1), 1 << 16);
    }

    public DecisionLogOptions withRows(Rows kept) {
        return new DecisionLogOptions(directory, kept, rowsPerFile, rollEvery, queueRows);
    }

    public DecisionLogOptions withRowsPerFile(int count) {
        return new DecisionLogOptions(directory, rows, count, rollEvery, queueRows);
    }

    public DecisionLogOptions withRollEvery(Duration duration) {
        return new DecisionLogOptions(directory, rows, rowsPerFile, duration, queueRows);
    }

    public DecisionLogOptions withQueueRows(int count) {
        return new DecisionLogOptions(directory, rows, rowsPerFile, rollEvery, count);
    }
}
