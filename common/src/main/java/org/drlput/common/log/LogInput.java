package org.drlput.common.log;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** One log file, wherever it lies. Implementations for other file systems need these methods alone. */
public interface LogInput {
    /** How messages and results name it: relative to what the user gave. */
    String name();

    long bytes() throws IOException;

    SeekableByteChannel open() throws IOException;

    /** The file on this machine, fetched if need be: the Parquet reader is native code and takes only that. */
    Path localFile() throws IOException;

    /** Gives back what {@link #localFile} returned. */
    default void release(Path localFile) throws IOException {
        // a file that lies here stays
    }

    /** A file of this machine. */
    record Local(String name, Path file) implements LogInput {
        @Override
        public long bytes() throws IOException {
            return Files.size(file);
        }

        @Override
        public SeekableByteChannel open() throws IOException {
            return Files.newByteChannel(file);
        }

        @Override
        public Path localFile() {
            return file;
        }
    }
}
