package org.drlput.server.publish;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.io.file.PathUtils;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.AtomicFile;
import org.drlput.common.version.Manifest;
import org.drlput.common.version.WeightsFile;
import org.drlput.server.shard.StagedPart;
import org.drlput.server.shard.VersionPart;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parts of versions that are not published yet: {@code staging/<run>/<version>-<generation>/weights-<i>.arrow}. A capture names those
 * that it needs, so that they stay as they are whatever later generations stage.
 */
public final class Staging {
    private static final Logger LOG = LoggerFactory.getLogger(Staging.class);
    private static final String FOLDER = "staging";
    private static final Pattern NAME = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

    private final Path root;

    public Staging(Path data) {
        this.root = data.resolve(FOLDER);
    }

    /** The parts of one version that one generation staged. */
    public record Staged(String run, long version, long generation) {}

    public Path folder(Staged staged) {
        return root.resolve(staged.run())
                .resolve(String.format(Locale.ROOT, "%012d-%d", staged.version(), staged.generation()));
    }

    /** Makes a part durable. */
    public StagedPart write(VersionPart part, ShardLayout layout, int shard, List<TensorSpec> tensors)
            throws IOException {
        Path folder = folder(new Staged(part.run(), part.version(), part.generation()));
        AtomicFile.createFolder(folder);
        Manifest.File file =
                WeightsFile.write(folder.resolve(WeightsFile.name(shard)), layout, shard, part.weights(), tensors);
        return new StagedPart(
                part.generation(),
                shard,
                layout.shardCount(),
                part.step(),
                part.version(),
                part.rows(),
                file.name(),
                file.bytes(),
                file.sha256());
    }

    /** Names of the runs that have staged anything. */
    public List<String> runs() throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        List<String> runs = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root)) {
            folders.forEach(folder -> runs.add(folder.getFileName().toString()));
        }
        return runs;
    }

    /** All that a run has staged, by version, then generation. */
    public List<Staged> list(String run) throws IOException {
        List<Staged> all = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root.resolve(run))) {
            for (Path folder : folders) {
                Matcher name = NAME.matcher(folder.getFileName().toString());
                if (name.matches()) {
                    all.add(new Staged(run, Long.parseLong(name.group(1)), Long.parseLong(name.group(2))));
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        all.sort(Comparator.comparingLong(Staged::version).thenComparingLong(Staged::generation));
        return all;
    }

    public void delete(Staged staged) throws IOException {
        Path folder = folder(staged);
        if (Files.isDirectory(folder)) {
            PathUtils.deleteDirectory(folder);
        }
    }

    /** Forgets the parts of a published version, whichever generation staged them. */
    void deletePublished(String run, long version) throws IOException {
        for (Staged staged : list(run)) {
            if (staged.version() == version) {
                delete(staged);
            }
        }
    }

    /** Deletes what an earlier life of a shard left half written. */
    public void removeLeftovers(int shard) {
        String leftover = WeightsFile.name(shard) + AtomicFile.TEMPORARY;
        try {
            for (String run : runs()) {
                for (Staged staged : list(run)) {
                    Files.deleteIfExists(folder(staged).resolve(leftover));
                }
            }
        } catch (IOException e) {
            LOG.warn("shard {}: what an earlier life left half written can not be removed: {}", shard, e.toString());
        }
    }
}
