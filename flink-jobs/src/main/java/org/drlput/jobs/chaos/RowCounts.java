package org.drlput.jobs.chaos;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.tensor.Initializer;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.Version;
import org.drlput.jobs.chaos.CountingLogs.Row;

/**
 * How often each row of {@link CountingLogs} was applied, told by the weights alone.
 *
 * @param lost rows that train and were applied less than once
 * @param doubled rows that were applied more than once, or once and are held out
 * @param leastQuotient of those that train, what was found by what one application leaves; 1 but for how far the network moved
 */
record RowCounts(int rows, int lost, int doubled, double leastQuotient, double mostQuotient, String firstWrong) {

    boolean exact() {
        return lost == 0 && doubled == 0;
    }

    /**
     * Counts.
     *
     * @param version the run's last
     * @param seed of its training, which its first weights follow from
     */
    static RowCounts of(Path version, List<Row> rows, String mode, long seed) {
        Version last = Version.read(version);
        String table = ModelSpec.embeddingName(CountingLogs.FEATURE);
        float[] found = last.weights().values(table);
        float[] first = first(last.model(), table, seed);
        float[] output = first(last.model(), "output.weight", seed);
        float[] end = last.weights().values("output.weight");
        for (int i = 0; i < output.length; i++) {
            // it moves a little while rows are applied at all times: its middle is nearest to all of them
            output[i] = (output[i] + end[i]) / 2;
        }
        double valid = rows.stream().filter(Row::trains).count() / (double) rows.size();
        double step = CountingLogs.rate(mode) / (CountingLogs.rowsPerUpdate(mode) * valid);
        Tally tally = new Tally();
        for (int i = 0; i < rows.size(); i++) {
            tally.add(i, rows.get(i), quotient(found, first, output, rows.get(i), step));
        }
        return tally.result(rows.size());
    }

    private static float[] first(ModelSpec model, String name, long seed) {
        TensorSpec spec = model.tensors().stream()
                .filter(tensor -> tensor.name().equals(name))
                .findFirst()
                .orElseThrow();
        float[] values = new float[spec.rows() * spec.columns()];
        Initializer.fill(spec, 0, values, seed);
        return values;
    }

    /** What a table row moved by, in applications of its row: least squares over its columns. */
    private static double quotient(float[] found, float[] first, float[] output, Row row, double step) {
        double[] logits = new double[2];
        int at = row.tableRow() * 2;
        for (int d = 0; d < 2; d++) {
            for (int a = 0; a < 2; a++) {
                logits[a] += first[at + d] * output[d * 2 + a];
            }
        }
        int other = 1 - row.action();
        double probability = 1 / (1 + Math.exp(logits[other] - logits[row.action()]));
        double slope = probability / CountingLogs.PROPENSITY * row.reward() * (1 - probability);
        double product = 0;
        double square = 0;
        for (int d = 0; d < 2; d++) {
            double expected = step * slope * (output[d * 2 + row.action()] - output[d * 2 + other]);
            product += expected * ((double) found[at + d] - first[at + d]);
            square += expected * expected;
        }
        return product / square;
    }

    private static final class Tally {
        private int lost;
        private int doubled;
        private double least = Double.POSITIVE_INFINITY;
        private double most = Double.NEGATIVE_INFINITY;
        private String wrong = "";

        void add(int i, Row row, double quotient) {
            int count = (int) Math.round(quotient);
            int expected = row.trains() ? 1 : 0;
            if (row.trains()) {
                least = Math.min(least, quotient);
                most = Math.max(most, quotient);
            }
            lost += count < expected ? 1 : 0;
            doubled += count > expected ? 1 : 0;
            if (count != expected && wrong.isEmpty()) {
                wrong = String.format(
                        Locale.ROOT, "row %d was applied %d times (%.2f), expected %d", i, count, quotient, expected);
            }
        }

        RowCounts result(int rows) {
            return new RowCounts(rows, lost, doubled, least, most, wrong);
        }
    }
}
