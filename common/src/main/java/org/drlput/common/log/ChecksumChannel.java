package org.drlput.common.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** A channel that knows the CRC-32C of what was written since {@link #mark}, and the SHA-256 of all. */
public final class ChecksumChannel implements WritableByteChannel {
    private final WritableByteChannel channel;
    private final CRC32C crc = new CRC32C();
    private final MessageDigest sha256;
    private long written;

    public ChecksumChannel(WritableByteChannel channel) {
        this.channel = channel;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Begins a new region. */
    public void mark() {
        crc.reset();
    }

    /** CRC-32C of the region. */
    public long crc32c() {
        return crc.getValue();
    }

    /** SHA-256 of everything written, once: ends it. */
    public String sha256() {
        return HexFormat.of().formatHex(sha256.digest());
    }

    public long written() {
        return written;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        ByteBuffer bytes = from.duplicate();
        int count = channel.write(from);
        bytes.limit(bytes.position() + count);
        crc.update(bytes.duplicate());
        sha256.update(bytes);
        written += count;
        return count;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
