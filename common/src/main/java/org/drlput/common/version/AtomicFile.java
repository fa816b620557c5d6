package org.drlput.common.version;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import org.drlput.common.log.ChecksumChannel;

/**
 * Writes a file so that at its name it is whole or not there, whatever dies when: temporary file, checksum, fsync, rename, fsync
 * of the folder. A file that stood there is replaced by another one, never written to: links to it keep their bytes.
 */
public final class AtomicFile {
    /** Ends the name of a file that is being written. */
    public static final String TEMPORARY = ".tmp";

    /** A SHA-256. */
    public static final int SEAL_BYTES = 32;

    private AtomicFile() {}

    /** Writes what a file holds. */
    public interface Content {
        void writeTo(WritableByteChannel out) throws IOException;
    }

    /** One thread per file. Where this fails, nothing has changed but that a temporary file may be left. */
    public static Manifest.File write(Path file, Content content) throws IOException {
        return write(file, content, Ending.NONE);
    }

    /**
     * As {@link #write}; the content is followed by its SHA-256, {@value #SEAL_BYTES} bytes, so that the file proves itself:
     * {@link #contentOfSealed}. The SHA-256 returned is that of the content.
     */
    public static Manifest.File writeSealed(Path file, Content content) throws IOException {
        return write(file, content, Ending.SEAL);
    }

    private static Manifest.File write(Path file, Content content, Ending ending) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + TEMPORARY);
        Manifest.File written = writeNew(temporary, content, ending);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        syncFolderOf(file);
        return new Manifest.File(file.getFileName().toString(), written.bytes(), written.sha256());
    }

    /** What follows the content of a file. */
    private enum Ending {
        NONE,
        SEAL
    }

    /** Writes a file at its own name and makes it durable, but not yet its name: for folders that are renamed as a whole. */
    static Manifest.File writeNew(Path file, Content content) throws IOException {
        return writeNew(file, content, Ending.NONE);
    }

    private static Manifest.File writeNew(Path file, Content content, Ending ending) throws IOException {
        Files.deleteIfExists(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                ChecksumChannel out = new ChecksumChannel(channel)) {
            content.writeTo(out);
            String sha256 = out.sha256();
            if (ending == Ending.SEAL) {
                ByteBuffer seal = ByteBuffer.wrap(HexFormat.of().parseHex(sha256));
                while (seal.hasRemaining()) {
                    channel.write(seal);
                }
            }
            channel.force(true);
            return new Manifest.File(file.getFileName().toString(), channel.position(), sha256);
        }
    }

    /** Makes the names in a folder durable. */
    public static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Makes the name of a file or folder durable. */
    public static void syncFolderOf(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            syncFolder(folder);
        }
    }

    /** Makes a folder, and those above it, durably; nothing happens where it is there. */
    public static void createFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path above = folder.toAbsolutePath().getParent();
        if (above != null) {
            createFolder(above);
        }
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
        syncFolderOf(folder);
    }

    /** The file's name, size and SHA-256 as it lies there. */
    public static Manifest.File describe(Path file) throws IOException {
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            return describe(file, in, in.size());
        }
    }

    /**
     * The content of a file that {@link #writeSealed} wrote, as it lies there.
     *
     * @throws IOException also where the seal is another one than the content's, or there is none
     */
    public static Manifest.File contentOfSealed(Path file) throws IOException {
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            long contentBytes = in.size() - SEAL_BYTES;
            if (contentBytes < 0) {
                throw new IOException(
                        "%s: has %d bytes, less than its seal alone: it was cut short".formatted(file, in.size()));
            }
            Manifest.File content = describe(file, in, contentBytes);
            ByteBuffer seal = ByteBuffer.allocate(SEAL_BYTES);
            while (seal.hasRemaining() && in.read(seal) >= 0) {
                // until it is whole
            }
            String sealed = HexFormat.of().formatHex(seal.array());
            if (!sealed.equals(content.sha256())) {
                throw new IOException(
                        "%s: the SHA-256 of its content is %s, its seal says %s: it was damaged or cut short"
                                .formatted(file, content.sha256(), sealed));
            }
            return content;
        }
    }

    private static Manifest.File describe(Path file, FileChannel in, long bytes) throws IOException {
        try (ChecksumChannel out = new ChecksumChannel(new Nowhere())) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18);
            while (out.written() < bytes) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), bytes - out.written()));
                if (in.read(buffer) < 0) {
                    throw new IOException("%s: ends after %d of %d bytes".formatted(file, out.written(), bytes));
                }
                buffer.flip();
                out.write(buffer);
            }
            return new Manifest.File(file.getFileName().toString(), out.written(), out.sha256());
        }
    }

    private static final class Nowhere implements WritableByteChannel {
        @Override
        public int write(ByteBuffer bytes) {
            int count = bytes.remaining();
            bytes.position(bytes.limit());
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
