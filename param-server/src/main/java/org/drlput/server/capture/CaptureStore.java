package org.drlput.server.capture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.io.file.PathUtils;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.version.AtomicFile;
import org.drlput.common.version.Manifest;
import org.drlput.server.shard.CaptureCopy;
import org.drlput.server.shard.CaptureKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The captures of a data directory: {@code captures/<run>/<generation>-<boundary>/shard-<i>-of-<N>.capture}, and {@code pinned}
 * beside them for a savepoint's. Holds no state of its own: any number of threads and processes, each writing parts of its shard.
 */
public final class CaptureStore {
    private static final Logger LOG = LoggerFactory.getLogger(CaptureStore.class);
    private static final String FOLDER = "captures";
    private static final String PINNED = "pinned";
    private static final Pattern KEY = Pattern.compile("(\\d{1,18})-(\\d{1,18})");
    private static final Pattern PART = Pattern.compile("shard-(\\d{1,6})-of-(\\d{1,6})\\.capture");

    private final Path root;

    /** @param data shared by all shards */
    public CaptureStore(Path data) {
        this.root = data.resolve(FOLDER);
    }

    /** Of all captures of a run. */
    public Path folder(String run) {
        return root.resolve(run);
    }

    public Path folder(CaptureKey key) {
        return folder(key.run()).resolve(key.name());
    }

    /**
     * Makes a shard's part durable; where that fails, nothing of it is left.
     *
     * @param tensors the whole ones
     */
    public Manifest.File write(CaptureCopy copy, int shard, List<TensorSpec> tensors) throws IOException {
        Path folder = folder(copy.key());
        AtomicFile.createFolder(folder);
        Path file = folder.resolve(CaptureFile.name(shard, copy.opening().shardCount()));
        return CaptureFile.write(file, copy, shard, tensors);
    }

    /** Keeps a capture until somebody deletes it; durable on return. */
    public void pin(CaptureKey key) throws IOException {
        Path file = folder(key).resolve(PINNED);
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            // by another shard, which may not have come to the next line yet
        }
        AtomicFile.syncFolderOf(file);
    }

    public boolean pinned(CaptureKey key) {
        return Files.exists(folder(key).resolve(PINNED));
    }

    /** Names of the runs that have captures. */
    public List<String> runs() throws IOException {
        List<String> runs = new ArrayList<>();
        for (Path folder : entries(root)) {
            if (Files.isDirectory(folder)) {
                runs.add(folder.getFileName().toString());
            }
        }
        return runs;
    }

    /** All captures of a run, whole or not, oldest first. */
    public List<CaptureKey> all(String run) throws IOException {
        TreeSet<CaptureKey> keys = new TreeSet<>();
        for (Path folder : entries(folder(run))) {
            Matcher name = KEY.matcher(folder.getFileName().toString());
            if (name.matches()) {
                keys.add(new CaptureKey(run, Long.parseLong(name.group(1)), Long.parseLong(name.group(2))));
            }
        }
        return List.copyOf(keys);
    }

    /** Those of which every part is there, oldest first. */
    public List<CaptureKey> whole(String run) throws IOException {
        List<CaptureKey> whole = new ArrayList<>();
        for (CaptureKey key : all(run)) {
            Parts parts = parts(key);
            if (parts.whole()) {
                whole.add(key);
            }
        }
        return whole;
    }

    /** The highest generation that any capture is of; 0: there is none. */
    public long newestGeneration() throws IOException {
        long newest = 0;
        for (String run : runs()) {
            for (CaptureKey key : all(run)) {
                newest = Math.max(newest, key.generation());
            }
        }
        return newest;
    }

    /**
     * Which parts of a capture are there.
     *
     * @param shardCount that their names say; 0: there is none
     * @param others names that say another count
     */
    record Parts(int shardCount, TreeSet<Integer> shards, List<String> others) {
        boolean whole() {
            return shardCount > 0 && shards.size() == shardCount && others.isEmpty();
        }

        List<String> missing() {
            List<String> missing = new ArrayList<>();
            for (int shard = 0; shard < shardCount; shard++) {
                if (!shards.contains(shard)) {
                    missing.add(CaptureFile.name(shard, shardCount));
                }
            }
            return missing;
        }
    }

    Parts parts(CaptureKey key) throws IOException {
        int count = 0;
        TreeSet<Integer> shards = new TreeSet<>();
        List<String> others = new ArrayList<>();
        for (Path file : entries(folder(key))) {
            Matcher name = PART.matcher(file.getFileName().toString());
            if (name.matches()) {
                int shard = Integer.parseInt(name.group(1));
                int of = Integer.parseInt(name.group(2));
                count = count == 0 ? of : count;
                if (of == count && shard < of) {
                    shards.add(shard);
                } else {
                    others.add(file.getFileName().toString());
                }
            }
        }
        return new Parts(count, shards, others);
    }

    /** Deletes the run's captures that are older than this one and not pinned. */
    public void retain(CaptureKey oldest) throws IOException {
        for (CaptureKey key : all(oldest.run())) {
            if (key.compareTo(oldest) < 0 && !pinned(key)) {
                delete(key);
            }
        }
    }

    public void delete(CaptureKey key) throws IOException {
        Path folder = folder(key);
        if (Files.isDirectory(folder)) {
            PathUtils.deleteDirectory(folder);
        }
    }

    /** Deletes what an earlier life of a shard left half written. */
    public void removeLeftovers(int shard) {
        String leftover = "shard-" + shard + "-of-";
        try {
            for (String run : runs()) {
                for (CaptureKey key : all(run)) {
                    for (Path file : entries(folder(key))) {
                        String name = file.getFileName().toString();
                        if (name.startsWith(leftover) && name.endsWith(AtomicFile.TEMPORARY)) {
                            Files.deleteIfExists(file);
                        }
                    }
                }
            }
        } catch (IOException e) {
            LOG.warn("shard {}: what an earlier life left half written can not be removed: {}", shard, e.toString());
        }
    }

    private static List<Path> entries(Path folder) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            files.forEach(entries::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return entries;
    }
}
