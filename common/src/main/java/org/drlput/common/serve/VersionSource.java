package org.drlput.common.serve;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import org.drlput.common.version.VersionBytes;
import org.jspecify.annotations.Nullable;

/** Where versions come from. One thread calls; any may close, which ends what waits. */
interface VersionSource extends AutoCloseable {
    /** What an alias named a moment ago; empty: no version. */
    record Sighting(OptionalLong version) {}

    /**
     * Waits for news: that the alias names another version, or still the same. The first is told as soon as it is known.
     *
     * @return null where there was none for so long
     * @throws SourceException where it can not be told
     */
    @Nullable
    Sighting next(String alias, Duration atMost) throws SourceException, InterruptedException;

    /** A version that is on local disk already, not verified again: what is the same in it need not be sent. */
    record Known(long version, Path directory) {}

    /**
     * All files of a version. Nothing of them is verified; their hashes are taken while they come.
     *
     * @param known null: none
     * @throws SourceException where it can not be had
     * @throws org.drlput.common.version.VersionException where what comes is no version
     */
    VersionBytes fetch(long version, @Nullable Known known) throws SourceException, InterruptedException;

    @Override
    void close();

    /** The place of the versions can not be reached, or does not answer. Trying again may help. */
    final class SourceException extends Exception {
        private static final long serialVersionUID = 1L;

        SourceException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
