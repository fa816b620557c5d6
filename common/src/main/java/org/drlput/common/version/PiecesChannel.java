package org.drlput.common.version;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.List;

/** Reads bytes that lie in several arrays one after the other. One thread. */
final class PiecesChannel implements SeekableByteChannel {
    private final List<byte[]> pieces;
    private final long size;
    private long position;
    private boolean closed;

    PiecesChannel(List<byte[]> pieces) {
        this.pieces = pieces;
        this.size = pieces.stream().mapToLong(piece -> piece.length).sum();
    }

    @Override
    public int read(ByteBuffer into) throws ClosedChannelException {
        requireOpen();
        if (position >= size) {
            return -1;
        }
        int before = into.remaining();
        long start = 0;
        for (byte[] piece : pieces) {
            long end = start + piece.length;
            if (position < end && into.hasRemaining()) {
                int from = (int) (position - start);
                int count = Math.min(piece.length - from, into.remaining());
                into.put(piece, from, count);
                position += count;
            }
            start = end;
        }
        return before - into.remaining();
    }

    @Override
    public long position() throws ClosedChannelException {
        requireOpen();
        return position;
    }

    @Override
    public SeekableByteChannel position(long to) throws ClosedChannelException {
        requireOpen();
        if (to < 0) {
            throw new IllegalArgumentException("position %d: expected at least 0".formatted(to));
        }
        position = to;
        return this;
    }

    @Override
    public long size() throws ClosedChannelException {
        requireOpen();
        return size;
    }

    private void requireOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public int write(ByteBuffer from) {
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long to) {
        throw new NonWritableChannelException();
    }
}
