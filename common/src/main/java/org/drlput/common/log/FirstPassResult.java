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
 * @param minPropensity of valid rows, as is the next
 * @param meanInversePropensityOverActions mean of 1 / (K propensity) over valid rows: near 1 where every action is logged with
 *     the propensity that it was drawn with
 * @param firstEventTime ISO 8601, UTC, of valid rows
 * @param holdoutFiles the hold-out sample as blocks: the held-out rows with the smallest hashes, in the order of the logs
 * @param quarantinedRows rejected rows that are written to the quarantine, at most the first so many
 * @param warnings what the audit found strange, each a sentence
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
        double maxPropensity,
        double meanInversePropensityOverActions,
        String firstEventTime,
        String lastEventTime,
        List<BlockFile> holdoutFiles,
        long quarantinedRows,
        List<String> warnings) {

    /** One Arrow IPC file of whole blocks; {@code blockCrc32c}: of each block's message as it lies in the file. */
    public record BlockFile(String name, int blocks, long rows, long bytes, String sha256, List<Long> blockCrc32c) {}

    public record InputFile(String name, long rows, long bytes) {}

    /** {@code deviation} is the population standard deviation; 1 where the feature is constant. */
    public record NumericStatistics(double mean, double deviation, double min, double max, long missing) {}

    /** {@code uniformMean}: with rows weighed by the inverse of their propensity, what uniform actions would have earned. */
    public record RewardStatistics(double mean, double deviation, double uniformMean) {}

    public long rejectedRows() {
        return rejected.values().stream().mapToLong(Long::longValue).sum();
    }
}
