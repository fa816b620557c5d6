package org.drlput.jobs.versions;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.drlput.common.ledger.AliasMove;
import org.drlput.common.ledger.AuditEntry;
import org.drlput.common.ledger.VersionKeeper;
import org.drlput.common.ledger.VersionKeeper.Listing;
import org.drlput.common.ledger.Who;
import org.drlput.common.version.Manifest;
import org.drlput.common.version.VersionException;
import org.drlput.common.version.VersionRegistry;
import org.jspecify.annotations.Nullable;

/** The versions in a directory that this process can write to, whether servers run on it or not. */
final class DirectoryVersions implements VersionStore {
    private final Path root;
    private final VersionRegistry registry;
    private final VersionKeeper keeper;

    DirectoryVersions(Path root) {
        this.root = root;
        this.registry = new VersionRegistry(root);
        this.keeper = new VersionKeeper(root, Clock.systemUTC());
    }

    @Override
    public String name() {
        return root.toString();
    }

    @Override
    public Listing listing() {
        return keeper.list();
    }

    @Override
    public Optional<Manifest> manifest(long version) {
        if (!registry.has(version) && registry.evaluation(version).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(registry.manifest(version));
    }

    @Override
    public Optional<byte[]> evaluation(long version) {
        return registry.evaluation(version);
    }

    @Override
    public Path directory(long version) {
        if (!registry.has(version)) {
            throw new VersionException("version %d: is not in %s".formatted(version, root));
        }
        return registry.directory(version);
    }

    @Override
    public AliasMove.Outcome move(AliasMove move) {
        return keeper.move(move);
    }

    @Override
    public AuditEntry pin(long version, Who who) {
        return keeper.pin(version, who);
    }

    @Override
    public AuditEntry unpin(long version, Who who) {
        return keeper.unpin(version, who);
    }

    @Override
    public AuditEntry delete(long version, Who who) {
        return keeper.delete(version, who);
    }

    @Override
    public List<AuditEntry> history(@Nullable String alias, int limit) {
        List<AuditEntry> entries = new ArrayList<>(keeper.history());
        Collections.reverse(entries);
        return entries.stream()
                .filter(entry -> alias == null || alias.equals(entry.alias()))
                .limit(limit)
                .toList();
    }

    @Override
    public void close() {
        // nothing is open
    }
}
