package org.drlput.jobs.versions;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.drlput.common.ledger.AliasMove;
import org.drlput.common.ledger.AuditEntry;
import org.drlput.common.ledger.VersionKeeper.Listing;
import org.drlput.common.ledger.Who;
import org.drlput.common.version.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * Where versions are: a directory, or a server. Errors are those of either: {@code RefusedChangeException}, {@code LedgerException},
 * {@code VersionException}, {@code ParameterServerException}. One thread.
 */
public interface VersionStore extends AutoCloseable {
    /** As people call it. */
    String name();

    Listing listing();

    /** Empty where the version was removed and its evaluation is left. */
    Optional<Manifest> manifest(long version);

    Optional<byte[]> evaluation(long version);

    /** The version's files on this machine; kept until this is closed at least. */
    Path directory(long version) throws IOException;

    AliasMove.Outcome move(AliasMove move);

    AuditEntry pin(long version, Who who);

    AuditEntry unpin(long version, Who who);

    AuditEntry delete(long version, Who who);

    /**
     * The audit trail, newest first.
     *
     * @param alias whose entries; null: all
     * @param limit so many at most
     */
    List<AuditEntry> history(@Nullable String alias, int limit);

    @Override
    void close() throws IOException;

    /** The versions of a data directory or of a run. */
    static VersionStore of(Path directory) {
        return new DirectoryVersions(directory);
    }

    /** @param address {@code host:port} of any shard */
    static VersionStore at(String address) {
        return new ServerVersions(address);
    }
}
