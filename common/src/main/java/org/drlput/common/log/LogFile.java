package org.drlput.common.log;

import java.io.Closeable;
import java.io.IOException;

/** One open log file, read from front to back. One thread. */
interface LogFile extends Closeable {
    /**
     * Appends rows, at most those that the builder has room for.
     *
     * @return how many; 0 at the end of the file
     */
    int read(BlockBuilder into) throws IOException;

    /** Bytes read so far, for progress; 0 where the reader does not tell. */
    long bytesRead() throws IOException;
}
