package org.drlput.common.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.drlput.common.version.AtomicFile;
import org.jspecify.annotations.Nullable;

/**
 * {@code audit.jsonl}: a line per change, appended and never changed. A line that a crash cut short is the newest one, and
 * {@code aliases.json} has it whole: it is written out. Anything else that does not fit is left as it is, and said.
 */
final class AuditFile {
    static final String NAME = "audit.jsonl";

    private static final String TO_DO =
            "restore the file from a backup, or move it and aliases.json away to begin anew";

    private final Path file;

    AuditFile(Path root) {
        this.file = root.resolve(NAME);
    }

    /** Whole lines, and the bytes of one that has no end. */
    private record Content(List<AuditEntry> entries, long wholeBytes, byte[] rest) {}

    /** Oldest first. A line that is being written, or was cut short, is not among them. */
    List<AuditEntry> entries() throws IOException {
        return read().entries();
    }

    private Content read() throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            bytes = new byte[0];
        }
        List<AuditEntry> entries = new ArrayList<>();
        int from = 0;
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] == '\n') {
                String source = "%s, line %d".formatted(file, entries.size() + 1);
                AuditEntry entry = AuditEntry.fromJson(Arrays.copyOfRange(bytes, from, at), source);
                if (entry.sequence() != entries.size() + 1L) {
                    throw new LedgerException("%s: has sequence %d, expected %d: lines are missing: %s"
                            .formatted(source, entry.sequence(), entries.size() + 1, TO_DO));
                }
                entries.add(entry);
                from = at + 1;
            }
        }
        return new Content(entries, from, Arrays.copyOfRange(bytes, from, bytes.length));
    }

    /**
     * Adds the last change where a crash kept it from here. Under the ledger's lock.
     *
     * @param last that {@code aliases.json} has; null: none
     */
    void settle(@Nullable AuditEntry last) throws IOException {
        Content content = read();
        int lines = content.entries().size();
        long sequence = last == null ? 0 : last.sequence();
        if (lines == sequence && content.rest().length == 0) {
            return;
        }
        byte[] line = last == null ? new byte[0] : line(last);
        byte[] rest = content.rest();
        boolean torn = rest.length <= line.length && Arrays.equals(rest, Arrays.copyOf(line, rest.length));
        if (last == null || lines != sequence - 1 || !torn) {
            throw new LedgerException("%s: has %d whole lines%s, aliases.json stands at change %d: %s"
                    .formatted(file, lines, rest.length > 0 ? " and a part of one" : "", sequence, TO_DO));
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.truncate(content.wholeBytes());
            write(channel, content.wholeBytes(), line);
        }
        AtomicFile.syncFolderOf(file);
    }

    /** Adds a change. Under the ledger's lock, after {@link #settle}. */
    void append(AuditEntry entry) throws IOException {
        boolean first = !Files.exists(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            write(channel, channel.size(), line(entry));
        }
        if (first) {
            AtomicFile.syncFolderOf(file);
        }
    }

    private static byte[] line(AuditEntry entry) {
        byte[] json = entry.toJson();
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }

    private static void write(FileChannel channel, long at, byte[] line) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(line);
        while (buffer.hasRemaining()) {
            channel.write(buffer, at + buffer.position());
        }
        channel.force(true);
    }
}
