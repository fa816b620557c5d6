package org.drlput.common.log;

import java.util.List;
import java.util.Map;

/**
 * What the first pass decided, once per run, as {@code first-pass.json}: everything that training reads instead of deciding
 * again. Its SHA-256 goes into {@code Open}.
 *
 * @param rows all rows read: trained + held out + rejected
 * @param trainedRows rows that train in each epoch
 * @param rejected rejected rows by cause, in {@code camelCase} ({@code propensityRange}, {@code actionRange}, ...)
 * @param blockFiles in order; every block but the last of all has {@link Block#MAX_ROWS} rows
 * @param numeric statistics of the numeric features over training rows, by feature, in the experiment's order
 * @param reward of the active variant over training rows
 * @param actionCounts valid rows by action id
 */
public record FirstPassResult(
        int formatVersion,
        String experimentSha256,
        long rows,
        long trainedRows,
        long heldOutRows,
        Map<String, Long> rejected,
        List<BlockFile> blockFiles,
        List<InputFile> inputs,
        Map<String, NumericStatistics> numeric,
        RewardStatistics reward,
        List<Long> actionCounts,
        long holdoutSampleRows,
        double minPropensity,
        double maxPropensity) {

    /** One Arrow IPC file of whole blocks. */
    public record BlockFile(String name, int blocks, long rows, long bytes, String sha256) {}

    public record InputFile(String name, long rows, long bytes) {}

    /** {@code deviation} is the population standard deviation; 1 where the feature is constant. */
    public record NumericStatistics(double mean, double deviation, double min, double max, long missing) {}

    public record RewardStatistics(double mean, double deviation) {}

    public long rejectedRows() {
        return rejected.values().stream().mapToLong(Long::longValue).sum();
    }
}
