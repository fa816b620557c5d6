package org.drlput.server.rpc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a version's files has to be sent to somebody who has another version: stretches in the order of the files and of their
 * bytes. Files of two versions of one experiment have the same tensors at the same places, so that what training left alone (rows
 * of embedding tables that no request touched, the encoder, the experiment) is the same block by block. Immutable.
 */
record FetchPlan(List<Stretch> stretches) {
    private static final int BLOCK_BYTES = 4096;
    /** A smaller file is sent: to look it up costs its reader more. */
    private static final int SMALL_BYTES = 1 << 16;

    /** Bytes of a file: to be sent, or the same as in the known version's file of this name. */
    record Stretch(FileState file, long offset, long length, Origin origin) {}

    enum Origin {
        SENT,
        KNOWN
    }

    /**
     * What has to be sent.
     *
     * @param files of the version
     * @param known files of the version that the reader has; none: it has none
     */
    static FetchPlan of(List<FileState> files, List<FileState> known) {
        List<Stretch> stretches = new ArrayList<>();
        for (FileState file : files) {
            FileState counterpart = known.stream()
                    .filter(other ->
                            other.path().getFileName().equals(file.path().getFileName()))
                    .findFirst()
                    .orElse(null);
            stretches.addAll(stretches(file, counterpart));
        }
        return new FetchPlan(List.copyOf(stretches));
    }

    private static List<Stretch> stretches(FileState file, @Nullable FileState counterpart) {
        List<Stretch> whole = List.of(new Stretch(file, 0, file.bytes(), Origin.SENT));
        if (counterpart == null || file.bytes() < SMALL_BYTES) {
            return whole;
        }
        try (InputStream now = Files.newInputStream(file.path());
                InputStream before = Files.newInputStream(counterpart.path())) {
            return compared(file, now, before);
        } catch (IOException e) {
            // the known version was just removed, say; what is wrong with the other file is found when it is sent
            return whole;
        }
    }

    private static List<Stretch> compared(FileState file, InputStream now, InputStream before) throws IOException {
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
