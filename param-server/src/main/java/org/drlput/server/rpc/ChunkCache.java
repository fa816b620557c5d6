package org.drlput.server.rpc;

import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.drlput.common.wire.v1.FileChunk;

/**
 * Pieces of versions' files as they are sent, those that were asked for last: a thousand readers of a version read each piece from
 * the disk once, and share its bytes. Holds no file open. Thread-safe; one reads at a time, and the others wait for what they are
 * about to need too.
 */
final class ChunkCache {
    private final long maxBytes;
    /** In the order of their last use; guarded by this, as {@link #bytes}. */
    private final Map<Place, FileChunk> chunks = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;

    /** @param maxBytes of files that are held at most; the last piece is held in any case */
    ChunkCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Bytes of a file as it was: one that was changed since, though a version's never is, is another one. */
    private record Place(FileState file, long offset, int count) {}

    /**
     * The piece of a file.
     *
     * @throws IOException where it can not be read, or is not there
     */
    synchronized FileChunk chunk(FileState file, long offset, int count) throws IOException {
        Place place = new Place(file, offset, count);
        FileChunk known = chunks.get(place);
        if (known != null) {
            return known;
        }
        FileChunk chunk = FileChunk.newBuilder()
                .setName(file.path().getFileName().toString())
                .setOffset(offset)
                .setContent(UnsafeByteOperations.unsafeWrap(read(file.path(), offset, count)))
                .build();
        chunks.put(place, chunk);
        bytes += count;
        Iterator<FileChunk> eldest = chunks.values().iterator();
        while (bytes > maxBytes && chunks.size() > 1) {
            bytes -= eldest.next().getContent().size();
            eldest.remove();
        }
        return chunk;
    }

    private static byte[] read(Path file, long offset, int count) throws IOException {
        byte[] piece = new byte[count];
        ByteBuffer buffer = ByteBuffer.wrap(piece);
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            while (buffer.hasRemaining()) {
                if (in.read(buffer, offset + buffer.position()) < 0) {
                    throw new IOException("%s: was cut short".formatted(file));
                }
            }
        }
        return piece;
    }

    /** Forgets all pieces: nobody reads now. */
    synchronized void clear() {
        chunks.clear();
        bytes = 0;
    }

    synchronized long bytes() {
        return bytes;
    }
}
