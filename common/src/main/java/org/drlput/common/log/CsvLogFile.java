package org.drlput.common.log;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * A CSV log file: UTF-8, comma, a header, RFC 4180 quoting. No type is guessed: each cell is read as the experiment says. Lists
 * are separated by {@code |}. A cell that can not be read rejects its row, not the file.
 */
final class CsvLogFile implements LogFile {
    private static final int BUFFER_BYTES = 1 << 16;

    private final String name;
    private final SeekableByteChannel channel;
    private final CsvReader<Boolean> reader;
    private final CloseableIterator<Boolean> records;
    private final CsvRow row;
    private long rowsRead;

    private CsvLogFile(String name, SeekableByteChannel channel, CsvReader<Boolean> reader, CsvRow row) {
        this.name = name;
        this.channel = channel;
        this.reader = reader;
        this.row = row;
        records = reader.iterator();
    }

    static CsvLogFile open(LogInput input, boolean gzip, LogSchema schema) throws IOException {
        SeekableByteChannel channel = input.open();
        InputStream bytes = Channels.newInputStream(channel);
        try {
            InputStream text = gzip ? new GZIPInputStream(bytes, BUFFER_BYTES) : bytes;
            // Not strict: a byte that is no UTF-8 becomes U+FFFD, which rejects its row if the cell is read at all.
            InputStreamReader decoded = new InputStreamReader(text, StandardCharsets.UTF_8);
            CsvRow row = new CsvRow();
            // A row of the wrong width is rejected by name below, where the library would end the file.
            CsvReader<Boolean> reader = CsvReader.builder()
                    .allowExtraFields(true)
                    .allowMissingFields(true)
                    .build(row, decoded);
            CsvLogFile file = new CsvLogFile(input.name(), channel, reader, row);
            file.readHeader(schema);
            return file;
        } catch (IOException | RuntimeException e) {
            bytes.close();
            if (e instanceof LogException) {
                throw e;
            }
            throw new LogException(
                    "%s: can not be read as CSV: %s: is the file whole?"
                            .formatted(input.name(), LogReader.firstLine(rootOf(e))),
                    e);
        }
    }

    private void readHeader(LogSchema schema) {
        if (!records.hasNext()) {
            throw new LogException(name + ": has no header: expected the names of the columns in the first line");
        }
        records.next();
        List<String> header = row.header();
        if (!header.isEmpty() && header.get(0).startsWith("\ufeff")) {
            header.set(0, header.get(0).substring(1));
        }
        if (header.size() == 1 && header.get(0).matches(".*[;\t|].*")) {
            throw new LogException(
                    name + ": has one column, '" + header.get(0) + "': expected cells separated by commas");
        }
        List<String> problems = schema.problems(name, header);
        if (!problems.isEmpty()) {
            throw new LogException(problems, null);
        }
        row.bind(header, schema);
    }

    @Override
    public int read(BlockBuilder into) throws IOException {
        int at = into.open(name, rowsRead + 1);
        int free = into.free();
        int count = 0;
        row.into(into, at);
        try {
            // Asking for the next row reads it: never ask without room.
            while (count < free && records.hasNext()) {
                records.next();
                count++;
            }
        } catch (RuntimeException e) {
            throw new LogException(
                    "%s: broken after row %d: %s: is the file whole?"
                            .formatted(name, rowsRead + count, LogReader.firstLine(rootOf(e))),
                    e);
        }
        into.close(count, row::requestId);
        rowsRead += count;
        return count;
    }

    /** The reader wraps what the stream says. */
    private static Throwable rootOf(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    @Override
    public long bytesRead() throws IOException {
        return channel.position();
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
