package org.drlput.server.rpc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What of a version's files has to be sent to somebody who has another version: stretches in the order of the files and of their
 * bytes. Files of two versions of one experiment have the same tensors at the same places, so that what training left alone (rows
 * of embedding tables that no request touched, the encoder, the experiment) is the same block by block. Immutable.
 */
record FetchPlan(List<Stretch> stretches) {
    private static final int BLOCK_BYTES = 4096;

    /** Bytes of a file: to be sent, or the same as in the known version's file of this name. */
    record Stretch(Path file, long offset, long length, Origin origin) {}

    enum Origin {
        SENT,
        KNOWN
    }

    /** @param known the directory of the version that the reader has; null: it has none */
    static FetchPlan of(Path directory, @Nullable Path known) throws IOException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(directory)) {
            files = entries.sorted().toList();
        }
        List<Stretch> stretches = new ArrayList<>();
        for (Path file : files) {
            Path counterpart =
                    known == null ? null : known.resolve(file.getFileName().toString());
            stretches.addAll(stretches(file, counterpart));
        }
        return new FetchPlan(List.copyOf(stretches));
    }

    private static List<Stretch> stretches(Path file, @Nullable Path counterpart) throws IOException {
        List<Stretch> whole = List.of(new Stretch(file, 0, Files.size(file), Origin.SENT));
        if (counterpart == null || !Files.isRegularFile(counterpart)) {
            return whole;
        }
        try (InputStream now = Files.newInputStream(file);
                InputStream before = Files.newInputStream(counterpart)) {
            return compared(file, now, before);
        } catch (IOException e) {
            // the known version was just removed, say; what is wrong with the other file is found when it is sent
            return whole;
        }
    }

    private static List<Stretch> compared(Path file, InputStream now, InputStream before) throws IOException {
        List<Stretch> stretches = new ArrayList<>();
        byte[] block = new byte[BLOCK_BYTES];
        byte[] old = new byte[BLOCK_BYTES];
        long start = 0;
        long at = 0;
        Origin origin = Origin.SENT;
        int count = now.readNBytes(block, 0, BLOCK_BYTES);
        while (count > 0) {
            int known = before.readNBytes(old, 0, BLOCK_BYTES);
            boolean same = known >= count && Arrays.equals(block, 0, count, old, 0, count);
            Origin next = same ? Origin.KNOWN : Origin.SENT;
            if (next != origin && at > start) {
                stretches.add(new Stretch(file, start, at - start, origin));
                start = at;
            }
            origin = next;
            at += count;
            count = now.readNBytes(block, 0, BLOCK_BYTES);
        }
        stretches.add(new Stretch(file, start, at - start, origin));
        return stretches;
    }
}
