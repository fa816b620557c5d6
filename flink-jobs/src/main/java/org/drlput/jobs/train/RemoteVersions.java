package org.drlput.jobs.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.client.VersionClient;
import org.drlput.common.version.VersionRegistry;
import org.drlput.common.wire.v1.StatusReply;

/** Copies what a run left at others' servers into its directory: every evaluation, and the last version. */
final class RemoteVersions {
    private RemoteVersions() {}

    static void copy(ParameterClient client, StatusReply last, Path root) throws IOException {
        Path evaluations = Files.createDirectories(root.resolve(VersionRegistry.EVALUATIONS));
        try (VersionClient versions = client.versions()) {
            long newest = -1;
            for (long version : last.getPublishedList()) {
                Optional<byte[]> evaluation = versions.evaluation(version);
                if (evaluation.isPresent()) {
                    Files.write(evaluations.resolve(version + ".json"), evaluation.get());
                }
                newest = Math.max(newest, version);
            }
            if (newest >= 0) {
                versions.fetch(newest, Files.createDirectories(root.resolve(VersionRegistry.VERSIONS)));
            }
        }
    }
}
