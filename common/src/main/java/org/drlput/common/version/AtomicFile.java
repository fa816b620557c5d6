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
import org.drlput.common.log.ChecksumChannel;

/**
 * Writes a file so that at its name it is whole or not there, whatever dies when: temporary file, checksum, fsync, rename, fsync
 * of the folder. A file that stood there is replaced by another one, never written to: links to it keep their bytes.
 */
public final class AtomicFile {
    /** Ends the name of a file that is being written. */
    public static final String TEMPORARY = ".tmp";

    private AtomicFile() {}

    /** Writes what a file holds. */
    public interface Content {
        void writeTo(WritableByteChannel out) throws IOException;
    }

    /** One thread per file. Where this fails, nothing has changed but that a temporary file may be left. */
    public static Manifest.File write(Path file, Content content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + TEMPORARY);
        Manifest.File written = writeNew(temporary, content);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        syncFolderOf(file);
        return new Manifest.File(file.getFileName().toString(), written.bytes(), written.sha256());
    }

    /** Writes a file at its own name and makes it durable, but not yet its name: for folders that are renamed as a whole. */
    static Manifest.File writeNew(Path file, Content content) throws IOException {
        Files.deleteIfExists(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                ChecksumChannel out = new ChecksumChannel(channel)) {
            content.writeTo(out);
            channel.force(true);
            return new Manifest.File(file.getFileName().toString(), out.written(), out.sha256());
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
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ);
                ChecksumChannel out = new ChecksumChannel(new Nowhere())) {
            ByteBuffer buffer = ByteBuffer.allocate(1 << 18);
            while (in.read(buffer) >= 0) {
                buffer.flip();
                out.write(buffer);
                buffer.clear();
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
