package org.drlput.server.publish;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.drlput.common.tensor.ShardLayout;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.AtomicFile;
import org.drlput.common.version.Manifest;
import org.drlput.common.version.WeightsFile;
import org.drlput.server.shard.StagedPart;
import org.drlput.server.shard.VersionPart;

/** Parts of versions that are not published yet: {@code staging/<run>/<version>/weights-<i>.arrow}. */
public final class Staging {
    static final String FOLDER = "staging";

    private final Path root;

    public Staging(Path data) {
        this.root = data.resolve(FOLDER);
    }

    Path folder(String run, long version) {
        return root.resolve(run).resolve(String.format(Locale.ROOT, "%012d", version));
    }

    /** Makes a part durable. */
    public StagedPart write(VersionPart part, ShardLayout layout, int shard, List<TensorSpec> tensors)
            throws IOException {
        Path folder = folder(part.run(), part.version());
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

    /** Forgets the parts of a published version. */
    public void delete(String run, long version) throws IOException {
        Path folder = folder(run, version);
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }
}
