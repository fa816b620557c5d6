package org.drlput.server.rpc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file as it lies there: what was read of it before counts for another one of the same name only where all of this is the same.
 *
 * @param identity the file system's; null: it has none
 */
record FileState(
        Path path, long bytes, FileTime modified, @Nullable Object identity) {
    /** The files of a directory, by name; none where it is not there. */
    static List<FileState> of(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<FileState> states = new ArrayList<>();
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path file : entries.sorted().toList()) {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                states.add(new FileState(file, attributes.size(), attributes.lastModifiedTime(), attributes.fileKey()));
            }
        }
        return List.copyOf(states);
    }
}
