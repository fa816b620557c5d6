package org.drlput.common.simulate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;

/** The formats that the simulator writes. */
public enum SimulatedFormat {
    ARROW(".arrow", new ArrowWriter()),
    PARQUET(".parquet", new ParquetWriter()),
    CSV(".csv", new CsvFileWriter());

    /** Writes one file of a format. Stateless, any thread. */
    interface Writer {
        /** Makes the file, which is not there yet, of all chunks. */
        void write(Path file, MarketTable table, Iterator<LogRows> chunks) throws IOException;
    }

    private final String extension;
    private final Writer writer;

    SimulatedFormat(String extension, Writer writer) {
        this.extension = extension;
        this.writer = writer;
    }

    /** What the names of its files end in, with the dot. */
    public String extension() {
        return extension;
    }

    Writer writer() {
        return writer;
    }
}
