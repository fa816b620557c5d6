package org.drlput.jobs.versions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.commons.io.file.PathUtils;
import org.drlput.common.client.VersionClient;
import org.drlput.common.ledger.AliasMove;
import org.drlput.common.ledger.AuditEntry;
import org.drlput.common.ledger.VersionKeeper.Listing;
import org.drlput.common.ledger.Who;
import org.drlput.common.version.Manifest;
import org.drlput.common.version.ManifestFile;
import org.jspecify.annotations.Nullable;

/** The versions of a server; those that are looked into are copied to a directory that goes when this is closed. */
final class ServerVersions implements VersionStore {
    private final String address;
    private final VersionClient client;
    private @Nullable Path copies;

    ServerVersions(String address) {
        this.address = address;
        this.client = VersionClient.connect(address);
    }

    @Override
    public String name() {
        return address;
    }

    @Override
    public Listing listing() {
        return client.listing();
    }

    @Override
    public Optional<Manifest> manifest(long version) {
        byte[] json = client.manifest(version);
        return json.length == 0
                ? Optional.empty()
                : Optional.of(ManifestFile.parse(json, "manifest of version " + version));
    }

    @Override
    public Optional<byte[]> evaluation(long version) {
        return client.evaluation(version);
    }

    @Override
    public Path directory(long version) throws IOException {
        if (copies == null) {
            copies = Files.createTempDirectory("drlput-versions");
        }
        return client.fetch(version, copies);
    }

    @Override
    public AliasMove.Outcome move(AliasMove move) {
        return client.move(move);
    }

    @Override
    public AuditEntry pin(long version, Who who) {
        return client.pin(version, who);
    }

    @Override
    public AuditEntry unpin(long version, Who who) {
        return client.unpin(version, who);
    }

    @Override
    public AuditEntry delete(long version, Who who) {
        return client.delete(version, who);
    }

    @Override
    public List<AuditEntry> history(@Nullable String alias, int limit) {
        return client.history(alias, limit);
    }

    @Override
    public void close() throws IOException {
        client.close();
        if (copies != null) {
            PathUtils.deleteDirectory(copies);
        }
    }
}
