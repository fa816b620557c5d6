package org.drlput.common.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** The formats that logs are read from. */
public enum LogFormat {
    ARROW_FILE,
    ARROW_STREAM,
    PARQUET,
    CSV,
    CSV_GZIP;

    private static final List<String> ARROW = List.of(".arrow", ".feather", ".ipc", ".arrows");
    private static final List<String> EXTENSIONS =
            List.of(".arrow", ".arrows", ".feather", ".ipc", ".parquet", ".csv", ".csv.gz");

    static List<String> extensions() {
        return EXTENSIONS;
    }

    static boolean hasLogExtension(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return EXTENSIONS.stream().anyMatch(lower::endsWith);
    }

    /**
     * The format of a file: by its first bytes, and for CSV, which has none of its own, by its extension.
     *
     * @throws LogException where extension and content do not fit
     */
    static LogFormat of(LogInput input) throws IOException {
        String name = input.name().toLowerCase(Locale.ROOT);
        byte[] head = head(input);
        if (head.length == 0) {
            throw new LogException(input.name() + ": is empty: expected a log file");
        }
        String magic = new String(head, StandardCharsets.ISO_8859_1);
        boolean gzip = head.length > 1 && head[0] == 0x1f && head[1] == (byte) 0x8b;
        if (magic.startsWith("ARROW1")) {
            return ARROW_FILE;
        } else if (magic.startsWith("PAR1")) {
            return PARQUET;
        } else if (name.endsWith(".csv.gz") && gzip) {
            return CSV_GZIP;
        } else if (name.endsWith(".csv") && !gzip) {
            return CSV;
        } else if (magic.startsWith("\u00ff\u00ff\u00ff\u00ff")
                && ARROW.stream().anyMatch(name::endsWith)) {
            return ARROW_STREAM;
        }
        throw new LogException("%s: is not what its name says: it begins with bytes %s; expected a file that ends in %s"
                .formatted(input.name(), java.util.HexFormat.of().formatHex(head), String.join(", ", EXTENSIONS)));
    }

    private static byte[] head(LogInput input) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(6);
        try (SeekableByteChannel channel = input.open()) {
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // reads until the six bytes are there or the file ends
            }
        }
        return java.util.Arrays.copyOf(buffer.array(), buffer.position());
    }
}
