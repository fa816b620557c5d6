package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;

/** The directory of a study: its logs, a run's directory for each arm, and what was found. */
final class StudyFolder {
    private final Path root;
    private final String mark;
    private final List<String> parts;

    /**
     * @param mark the file that says that this study was here
     * @param parts all that it leaves but the mark and the logs
     */
    StudyFolder(Path root, String mark, List<String> parts) {
        this.root = root;
        this.mark = mark;
        this.parts = List.copyOf(parts);
    }

    /** Makes the directory. One that holds parts of a study is refused, or with {@code overwrite} freed of them. */
    void prepare(RunFolder.Overwrite overwrite) throws IOException {
        if (Files.exists(root) && !Files.isDirectory(root)) {
            throw new Failure("--out is a file").where(root).expected("a directory, or a name that is free");
        }
        List<String> found = Stream.concat(Stream.of(StudyLogs.DIRECTORY, mark, Logging.FILE), parts.stream())
                .filter(part -> Files.exists(root.resolve(part)))
                .toList();
        if (!found.isEmpty()) {
            if (overwrite == RunFolder.Overwrite.REFUSE) {
                throw new Failure("there is something already")
                        .where(root)
                        .found(String.join(", ", found))
                        .expected("a directory without a study or run")
                        .toDo("give another --out, or --overwrite to delete that study");
            }
            if (!Files.exists(root.resolve(mark))) {
                throw new Failure("--overwrite deletes studies, and this is none that came to its end")
                        .where(root)
                        .found(String.join(", ", found))
                        .expected(mark)
                        .toDo("give another --out, or remove the directory by hand");
            }
            for (String part : found) {
                PathUtils.delete(root.resolve(part));
            }
        }
        Files.createDirectories(root);
    }
}
