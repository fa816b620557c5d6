package org.drlput.bench.quality;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * A {@code .csv.gz} of numbers, by column. An empty cell, {@code NA} and {@code NaN} are NaN. Immutable.
 *
 * @param columns by name
 * @param values {@code [columns][rows]}
 */
record CsvTable(Path file, List<String> columns, double[][] values) {
    static CsvTable read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "%s: no such file, expected a table of the layout in docs/quality.md".formatted(file));
        }
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            String header = reader.readLine();
            if (header == null) {
                throw new IllegalArgumentException("%s: is empty, expected a header line".formatted(file));
            }
            List<String> columns = List.of(header.strip().split(","));
            double[][] values = new double[columns.size()][1024];
            int rows = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (rows == values[0].length) {
                    for (int c = 0; c < values.length; c++) {
                        values[c] = Arrays.copyOf(values[c], 2 * rows);
                    }
                }
                String[] cells = line.split(",", -1);
                if (cells.length != columns.size()) {
                    throw new IllegalArgumentException("%s, line %d: found %d cells, expected %d"
                            .formatted(file, rows + 2, cells.length, columns.size()));
                }
                for (int c = 0; c < values.length; c++) {
                    values[c][rows] = number(file, rows + 2, cells[c]);
                }
                rows++;
            }
            for (int c = 0; c < values.length; c++) {
                values[c] = Arrays.copyOf(values[c], rows);
            }
            return new CsvTable(file, columns, values);
        }
    }

    private static double number(Path file, int line, String cell) {
        if (cell.isEmpty() || cell.equals("NA")) {
            return Double.NaN;
        }
        try {
            return Double.parseDouble(cell);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "%s, line %d: found '%s', expected a number".formatted(file, line, cell), e);
        }
    }

    int rows() {
        return values[0].length;
    }

    boolean has(String column) {
        return columns.contains(column);
    }

    double[] column(String name) {
        int index = columns.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("%s: has no column '%s', only %s".formatted(file, name, columns));
        }
        return values[index];
    }

    /** Columns {@code <prefix>0}, {@code <prefix>1} and so on, as far as there are any. */
    double[][] numbered(String prefix) {
        List<double[]> found = new ArrayList<>();
        while (has(prefix + found.size())) {
            found.add(column(prefix + found.size()));
        }
        return found.toArray(double[][]::new);
    }
}
