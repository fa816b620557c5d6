package org.drlput.common.version;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An Arrow file, wherever its bytes lie.
 *
 * @param name what messages call it
 */
record ArrowSource(String name, Opener opener) {
    /** Opens the file anew. */
    interface Opener {
        SeekableByteChannel open() throws IOException;
    }

    static ArrowSource of(Path file) {
        return new ArrowSource(file.toString(), () -> Files.newByteChannel(file));
    }

    SeekableByteChannel open() throws IOException {
        return opener.open();
    }
}
