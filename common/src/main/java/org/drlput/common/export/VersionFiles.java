package org.drlput.common.export;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.version.ManifestFile;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionException;
import org.drlput.common.version.VersionRegistry;

/**
 * A version with the two texts that explain it, as they stand in its directory. Immutable, as far as the version is.
 *
 * @param manifestJson the text of {@code manifest.json}
 * @param experimentYaml the text of {@code experiment.yaml}, of which the manifest has the SHA-256
 */
public record VersionFiles(Version version, String manifestJson, String experimentYaml) {
    /**
     * Reads and verifies a version's directory, as {@link Version#read} does.
     *
     * @throws VersionException with every problem
     */
    public static VersionFiles read(Path directory) {
        Version version = Version.read(directory);
        byte[] yaml = bytes(directory.resolve(VersionRegistry.EXPERIMENT));
        if (!ExperimentLoader.sha256(yaml).equals(version.manifest().experimentSha256())) {
            throw new VersionException("%s: changed while it was read: try again".formatted(directory));
        }
        return new VersionFiles(
                version,
                new String(bytes(directory.resolve(ManifestFile.NAME)), StandardCharsets.UTF_8),
                new String(yaml, StandardCharsets.UTF_8));
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new VersionException("%s: can not be read: %s".formatted(file, e), e);
        }
    }
}
