package org.drlput.common.client;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Published versions, read from any shard. Thread-safe. Errors: {@link ParameterServerException}. */
public final class VersionClient implements AutoCloseable {
    VersionClient() {}

    /** @param address {@code host:port} of any shard */
    public static VersionClient connect(String address) {
        throw new UnsupportedOperationException("soon " + address);
    }

    /** Published versions, ascending. */
    public List<Long> list() {
        throw new UnsupportedOperationException("soon");
    }

    /** The bytes of a version's {@code manifest.json}. */
    public byte[] manifest(long version) {
        throw new UnsupportedOperationException("soon");
    }

    /** The bytes of a version's evaluation; empty: not evaluated yet. */
    public Optional<byte[]> evaluation(long version) {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * Copies a version into {@code parentDirectory/<12 digits>}, which appears whole or not at all, and returns that directory;
     * one that is there already is left as it is. {@code Version.read} verifies it.
     */
    public Path fetch(long version, Path parentDirectory) {
        throw new UnsupportedOperationException("soon");
    }

    /** Writes an evaluation beside its version; false: there was one already, which stands. */
    public boolean putEvaluation(long version, byte[] json) {
        throw new UnsupportedOperationException("soon");
    }

    @Override
    public void close() {}
}
