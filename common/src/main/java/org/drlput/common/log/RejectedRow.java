package org.drlput.common.log;

/**
 * A row that is not used.
 *
 * @param row its number in the file, from 1, a CSV header not counted
 * @param requestId empty where it has none
 * @param found the value that is wrong, as text
 */
public record RejectedRow(
        String file, long row, String requestId, RowRejection rejection, String column, String found) {
    @Override
    public String toString() {
        return "%s row %d: %s: column '%s' is %s".formatted(file, row, rejection.cause(), column, found);
    }
}
