package org.drlput.common.simulate;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.List;

/** CSV files as docs/logs.md describes them. */
final class CsvFileWriter implements SimulatedFormat.Writer {
    @Override
    public void write(Path file, MarketTable table, Iterator<LogRows> chunks) throws IOException {
        List<MarketColumn> columns = table.columns();
        String[] cells = new String[columns.size()];
        try (CsvWriter writer = CsvWriter.builder()
                .lineDelimiter(LineDelimiter.LF)
                .build(file, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            writer.writeRecord(table.header());
            while (chunks.hasNext()) {
                LogRows rows = chunks.next();
                for (int row = 0; row < rows.rowCount; row++) {
                    for (int c = 0; c < cells.length; c++) {
                        cells[c] = columns.get(c).cell(rows, row);
                    }
                    writer.writeRecord(cells);
                }
            }
        } catch (java.io.UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
