package org.drlput.common.version;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.drlput.common.experiment.ExperimentLoader;

/**
 * Published versions and their evaluations in a directory: {@code versions/<12 digits>/} and {@code evaluations/<version>.json}.
 *
 * <p>A version appears whole or not at all, and nothing in it ever changes: its files are gathered in a directory of another name,
 * made durable, and renamed into place; the rename fails where that version exists. An evaluation appears the same way. Whatever
 * dies in between leaves only names that no method here shows; {@link #removeLeftovers} clears them away. Any number of threads
 * and processes; no state.
 */
public final class VersionRegistry {
    public static final String VERSIONS = "versions";
    public static final String EVALUATIONS = "evaluations";
    public static final String EXPERIMENT = "experiment.yaml";

    private static final long MAX_VERSION = 999_999_999_999L;
    private static final Pattern VERSION_NAME = Pattern.compile("\\d{12}");
    private static final Pattern EVALUATION_NAME = Pattern.compile("(0|[1-9]\\d{0,11})\\.json");
    /** Begins the name of what is not published yet. */
    private static final String UNPUBLISHED = ".publishing-";
    /** Begins the name of what is not published any more. */
    private static final String REMOVED = ".removing-";

    private final Path versions;
    private final Path evaluations;
    private final Steps steps;

    /** Called after each step that changes the disk, so that tests can break off there. */
    interface Steps {
        void done(String step) throws IOException;
    }

    /** The registry in a directory, which need not be there before something is published. */
    public VersionRegistry(Path root) {
        this(root, step -> {});
    }

    VersionRegistry(Path root, Steps steps) {
        versions = root.resolve(VERSIONS);
        evaluations = root.resolve(EVALUATIONS);
        this.steps = steps;
    }

    /** Published versions, ascending. */
    public List<Long> versions() {
        return numbers(versions, VERSION_NAME);
    }

    /** Versions that have an evaluation, ascending. */
    public List<Long> evaluated() {
        return numbers(evaluations, EVALUATION_NAME);
    }

    private static List<Long> numbers(Path directory, Pattern pattern) {
        List<Long> numbers = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (pattern.matcher(name).matches()) {
                    numbers.add(Long.parseLong(name.endsWith(".json") ? name.substring(0, name.length() - 5) : name));
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new VersionException("%s: can not be listed: %s".formatted(directory, e), e);
        }
        Collections.sort(numbers);
        return numbers;
    }

    /** Numbers that were published, ascending: versions that are here, and those of which only the evaluation is left. */
    public List<Long> everPublished() {
        TreeSet<Long> all = new TreeSet<>(versions());
        all.addAll(evaluated());
        return List.copyOf(all);
    }

    /** Whether there is a version of this number, whatever its files are like. */
    public boolean has(long version) {
        return version >= 0 && version <= MAX_VERSION && Files.isDirectory(directory(version));
    }

    /** Where a version is, or will be. */
    public Path directory(long version) {
        return versions.resolve(directoryName(version));
    }

    private static String directoryName(long version) {
        if (version < 0 || version > MAX_VERSION) {
            throw new IllegalArgumentException("version %d: expected 0 to %d".formatted(version, MAX_VERSION));
        }
        return String.format(Locale.ROOT, "%012d", version);
    }

    /** @throws VersionException if there is no such version, or its manifest is damaged */
    public Manifest manifest(long version) {
        if (!Files.exists(directory(version))) {
            throw new VersionException("version %d: is not in %s, which has %s".formatted(version, versions, held()));
        }
        return Version.manifest(directory(version));
    }

    private String held() {
        List<Long> held = versions();
        return held.isEmpty()
                ? "none"
                : held.size() == 1
                        ? "version " + held.get(0)
                        : "%d from %d to %d".formatted(held.size(), held.get(0), held.get(held.size() - 1));
    }

    /**
     * Publishes a version, create-if-absent.
     *
     * <p>The staged files are linked (where the file system has no links: copied) and stay where they are: a publication that
     * broke off can be repeated. They must not be written to any more; {@link AtomicFile} never does.
     *
     * @param files where each of the manifest's files is staged, by its name
     * @return false where this version was published already; it stands as it is
     * @throws IOException where it could not be written; nothing is published
     * @throws IllegalArgumentException where files and manifest do not fit each other
     */
    public boolean publish(Manifest manifest, Map<String, Path> files, byte[] experimentYaml) throws IOException {
        Path target = directory(manifest.version());
        check(manifest, files, experimentYaml);
        if (Files.exists(target)) {
            return false;
        }
        AtomicFile.createFolder(versions);
        Path temporary = versions.resolve(UNPUBLISHED + target.getFileName() + "-" + UUID.randomUUID());
        try {
            Files.createDirectory(temporary);
            steps.done("folder made");
            for (Map.Entry<String, Path> file : files.entrySet()) {
                linkOrCopy(file.getValue(), temporary.resolve(file.getKey()));
                steps.done("file linked");
            }
            AtomicFile.writeNew(temporary.resolve(EXPERIMENT), out -> writeAll(experimentYaml, out));
            steps.done("experiment written");
            AtomicFile.writeNew(
                    temporary.resolve(ManifestFile.NAME), out -> writeAll(ManifestFile.bytes(manifest), out));
            steps.done("manifest written");
            AtomicFile.syncFolder(temporary);
            return rename(temporary, target);
        } catch (IOException | RuntimeException e) {
            deleteFolder(temporary, e);
            throw e;
        }
    }

    private static void check(Manifest manifest, Map<String, Path> files, byte[] experimentYaml) throws IOException {
        Set<String> named = new HashSet<>();
        for (Manifest.File file : manifest.files()) {
            named.add(file.name());
            Path staged = files.get(file.name());
            if (staged != null && Files.size(staged) != file.bytes()) {
                throw new IllegalArgumentException("version %d: %s has %d bytes, its manifest says %d"
                        .formatted(manifest.version(), staged, Files.size(staged), file.bytes()));
            }
        }
        if (!named.equals(files.keySet()) || named.size() != manifest.files().size()) {
            throw new IllegalArgumentException("version %d: its manifest names %s, staged are %s"
                    .formatted(
                            manifest.version(),
                            manifest.files().stream()
                                    .map(Manifest.File::name)
                                    .sorted()
                                    .toList(),
                            files.keySet().stream().sorted().toList()));
        }
        String sha256 = ExperimentLoader.sha256(experimentYaml);
        if (!sha256.equals(manifest.experimentSha256())) {
            throw new IllegalArgumentException("version %d: the experiment's SHA-256 is %s, its manifest says %s"
                    .formatted(manifest.version(), sha256, manifest.experimentSha256()));
        }
    }

    /** Rename fails on a folder that is not empty, and a version never is: it is create-if-absent. */
    private boolean rename(Path temporary, Path target) throws IOException {
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            deleteFolder(temporary, e);
            return false;
        } catch (FileSystemException e) {
            if (!Files.exists(target)) {
                throw e;
            }
            deleteFolder(temporary, e);
            return false;
        }
        steps.done("renamed");
        AtomicFile.syncFolder(versions);
        return true;
    }

    private static void linkOrCopy(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (UnsupportedOperationException | FileSystemException e) {
            if (!Files.isRegularFile(from)) {
                throw e;
            }
            AtomicFile.writeNew(to, out -> Files.copy(from, Channels.newOutputStream(out)));
        }
    }

    private static void writeAll(byte[] bytes, WritableByteChannel out) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
    }

    /** The evaluation of a version, if there is one. */
    public Optional<byte[]> evaluation(long version) {
        Path file = evaluationFile(version);
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new VersionException("%s: can not be read: %s".formatted(file, e), e);
        }
    }

    private Path evaluationFile(long version) {
        directoryName(version);
        return evaluations.resolve(version + ".json");
    }

    /**
     * Writes the evaluation of a published version, create-if-absent.
     *
     * @return false where there was one already; it stands as it is
     * @throws VersionException if there is no such version
     */
    public boolean putEvaluation(long version, byte[] json) throws IOException {
        Path file = evaluationFile(version);
        if (Files.exists(file)) {
            return false;
        }
        if (!Files.exists(directory(version))) {
            throw new VersionException(
                    "version %d: is not in %s, which has %s: nothing was written".formatted(version, versions, held()));
        }
        AtomicFile.createFolder(evaluations);
        Path temporary = evaluations.resolve(UNPUBLISHED + version + "-" + UUID.randomUUID());
        try {
            AtomicFile.writeNew(temporary, out -> writeAll(json, out));
            steps.done("evaluation written");
            createIfAbsent(temporary, file);
            steps.done("evaluation linked");
            AtomicFile.syncFolder(evaluations);
            Files.deleteIfExists(temporary);
            return true;
        } catch (FileAlreadyExistsException e) {
            Files.deleteIfExists(temporary);
            return false;
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    private static void createIfAbsent(Path temporary, Path file) throws IOException {
        try {
            // a rename would replace what is there, a link does not
            Files.createLink(file, temporary);
        } catch (UnsupportedOperationException e) {
            Files.move(temporary, file);
        }
    }

    /**
     * Removes a version, all of it at once; its evaluation stays. Who reads it meanwhile keeps the files that are open.
     *
     * @return false where there is none
     */
    public boolean remove(long version) throws IOException {
        Path directory = directory(version);
        Path removed = versions.resolve(REMOVED + directory.getFileName() + "-" + UUID.randomUUID());
        try {
            Files.move(directory, removed, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return false;
        }
        AtomicFile.syncFolder(versions);
        steps.done("renamed away");
        deleteFolder(removed);
        return true;
    }

    /** Deletes what broken-off publications and removals left. Only while nobody publishes: for the one who does, when it starts. */
    public void removeLeftovers() throws IOException {
        for (Path folder : Arrays.asList(versions, evaluations)) {
            if (!Files.isDirectory(folder)) {
                continue;
            }
            String names = "{%s,%s}*".formatted(UNPUBLISHED, REMOVED);
            try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(folder, names)) {
                for (Path leftover : leftovers) {
                    deleteFolder(leftover);
                }
            }
        }
    }

    private static void deleteFolder(Path folder, Exception cause) {
        try {
            deleteFolder(folder);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** A folder of files, or a file. */
    private static void deleteFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.deleteIfExists(folder);
    }
}
