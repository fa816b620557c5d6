package org.drlput.jobs.firstpass;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.drlput.common.log.RejectedRow;

/** The rejected rows, one JSON object per line, with file, row, request id, cause, column and what was found there. */
final class Quarantine implements AutoCloseable {
    static final String NAME = "quarantine.jsonl";
    /** More rows tell no more about what is wrong, and must not fill the disk. */
    static final int MAX_ROWS = 100_000;

    private final JsonGenerator json;
    private long rows;

    Quarantine(Path file) throws IOException {
        json = new JsonFactory()
                .createGenerator(new BufferedOutputStream(Files.newOutputStream(file)), JsonEncoding.UTF8);
        json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
    }

    void add(List<RejectedRow> rejected) throws IOException {
        for (RejectedRow row : rejected) {
            if (rows == MAX_ROWS) {
                return;
            }
            json.writeStartObject();
            json.writeStringField("file", row.file());
            json.writeNumberField("row", row.row());
            json.writeStringField("requestId", row.requestId());
            json.writeStringField("cause", row.rejection().cause());
            json.writeStringField("column", row.column());
            json.writeStringField("found", row.found());
            json.writeEndObject();
            rows++;
        }
    }

    /** Rows written. */
    long rows() {
        return rows;
    }

    @Override
    public void close() throws IOException {
        json.close();
    }
}
