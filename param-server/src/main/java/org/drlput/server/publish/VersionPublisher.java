package org.drlput.server.publish;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.version.AtomicFile;
import org.drlput.common.version.EncoderFile;
import org.drlput.common.version.Manifest;
import org.drlput.common.version.Software;
import org.drlput.common.version.VersionException;
import org.drlput.common.version.VersionRegistry;
import org.drlput.common.version.WeightsFile;
import org.drlput.common.version.WeightsHash;
import org.drlput.server.publish.Staging.Staged;
import org.drlput.server.shard.Opening;
import org.drlput.server.shard.StagedPart;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the staged parts of all shards together and publishes them, create-if-absent: shard 0's work. Holds one version's whole
 * weights in memory while it hashes them. One thread.
 */
public final class VersionPublisher {
    private static final Logger LOG = LoggerFactory.getLogger(VersionPublisher.class);

    private static final int MAX_SHARDS = 100_000;

    private final Staging staging;
    private final VersionRegistry registry;

    public VersionPublisher(Staging staging, VersionRegistry registry) {
        this.staging = staging;
        this.registry = registry;
    }

    /**
     * What versions are published for.
     *
     * @param checkpoint number of the one that covers them; null: not known
     */
    public record Cover(
            Opening opening,
            long baseVersion,
            RunFiles run,
            @Nullable Long checkpoint) {}

    /**
     * Publishes every version of which these are all parts.
     *
     * @param parts of all shards that there were when they were staged
     * @return steps of the versions that are in the registry now
     * @throws IOException where it can not be written; the same call may be made again
     * @throws IllegalArgumentException where parts are missing or do not fit each other
     */
    public List<Long> publish(Cover cover, List<StagedPart> parts) throws IOException {
        Map<Long, List<StagedPart>> byVersion = new TreeMap<>();
        for (StagedPart part : parts) {
            byVersion
                    .computeIfAbsent(part.version(), version -> new ArrayList<>())
                    .add(part);
        }
        List<Long> steps = new ArrayList<>();
        for (List<StagedPart> version : byVersion.values()) {
            publishOne(cover, version);
            steps.add(version.get(0).step());
        }
        return steps;
    }

    private void publishOne(Cover cover, List<StagedPart> parts) throws IOException {
        StagedPart first = parts.get(0);
        RunFiles run = cover.run();
        String name = cover.opening().run();
        if (registry.everPublished().contains(first.version())) {
            // by an earlier call whose answer was lost
            staging.deletePublished(name, first.version());
            return;
        }
        check(cover.baseVersion(), parts);
        Path folder = staging.folder(new Staged(name, first.version(), first.generation()));
        Map<String, Path> files = new HashMap<>();
        List<Manifest.File> described = new ArrayList<>();
        List<Path> partFiles = new ArrayList<>();
        for (StagedPart part : parts.stream()
                .sorted(Comparator.comparingInt(StagedPart::shard))
                .toList()) {
            Path file = folder.resolve(WeightsFile.name(part.shard()));
            Manifest.File found = AtomicFile.describe(file);
            Manifest.File expected = new Manifest.File(part.file(), part.bytes(), part.sha256());
            if (!found.equals(expected)) {
                throw new IllegalArgumentException(
                        "%s: found %s, expected %s: it was damaged".formatted(file, found, expected));
            }
            files.put(expected.name(), file);
            described.add(expected);
            partFiles.add(file);
        }
        Manifest.File encoder = EncoderFile.write(folder.resolve(EncoderFile.NAME), run.statistics());
        files.put(encoder.name(), folder.resolve(EncoderFile.NAME));
        described.add(encoder);
        Manifest manifest = manifest(cover, first, described, weightsSha256(run, partFiles));
        boolean written = registry.publish(manifest, files, run.experimentYaml());
        staging.deletePublished(name, first.version());
        if (written) {
            LOG.info("published version {} of run {}, step {}", first.version(), name, first.step());
        }
    }

    private static String weightsSha256(RunFiles run, List<Path> partFiles) {
        try {
            Parameters whole = WeightsFile.read(partFiles, run.tensors());
            return WeightsHash.sha256(run.tensors(), whole, run.statistics());
        } catch (VersionException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static void check(long baseVersion, List<StagedPart> parts) {
        StagedPart first = parts.get(0);
        if (first.version() != baseVersion + first.step()) {
            throw new IllegalArgumentException("version %d, step %d: expected version %d of this run"
                    .formatted(first.version(), first.step(), baseVersion + first.step()));
        }
        if (first.shardCount() < 1 || first.shardCount() > MAX_SHARDS) {
            throw new IllegalArgumentException(
                    "version %d: found parts of %d shards".formatted(first.version(), first.shardCount()));
        }
        boolean[] there = new boolean[first.shardCount()];
        for (StagedPart part : parts) {
            if (part.shard() < 0 || part.shard() >= there.length || there[part.shard()]) {
                throw new IllegalArgumentException("version %d: found the parts %s, expected one of each of %d shards"
                        .formatted(first.version(), names(parts), there.length));
            }
            there[part.shard()] = true;
            if (part.step() != first.step()
                    || part.rows() != first.rows()
                    || part.generation() != first.generation()
                    || part.shardCount() != first.shardCount()) {
                throw new IllegalArgumentException("version %d: its parts disagree: %s, and %s"
                        .formatted(first.version(), described(first), described(part)));
            }
        }
        if (parts.size() != there.length) {
            throw new IllegalArgumentException("version %d: found the parts %s, expected one of each of %d shards"
                    .formatted(first.version(), names(parts), there.length));
        }
    }

    private static String described(StagedPart part) {
        return "%s is of generation %d, step %d, %d rows, %d shards"
                .formatted(part.file(), part.generation(), part.step(), part.rows(), part.shardCount());
    }

    private static List<String> names(List<StagedPart> parts) {
        return parts.stream().map(StagedPart::file).toList();
    }

    private Manifest manifest(Cover cover, StagedPart first, List<Manifest.File> files, String weightsSha256) {
        RunFiles run = cover.run();
        Opening opening = cover.opening();
        return new Manifest(
                1,
                first.version(),
                first.step(),
                parent(cover.baseVersion(), run, first.version()),
                opening.run(),
                opening.experimentSha256(),
                first.generation(),
                cover.checkpoint(),
                new Manifest.Rows(
                        first.rows(),
                        run.firstPass().rejectedRows(),
                        run.firstPass().heldOutRows()),
                opening.kernel(),
                Software.version(),
                weightsSha256,
                files);
    }

    /** The run's version before this one; for its first, the one that the run started from. */
    private @Nullable Long parent(long baseVersion, RunFiles run, long version) {
        Long parent = run.parent();
        for (long published : registry.everPublished()) {
            if (published > baseVersion && published < version) {
                parent = published;
            }
        }
        return parent;
    }
}
