package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.io.file.PathUtils;
import org.drlput.common.simulate.Truth;

/** The directory that a command is told to write to: what it would destroy there, it refuses to, or removes if told so. */
final class RunFolder {
    /** One of these says that a run was here. */
    private static final List<String> MARKS = List.of("run.json", "summary.json", "first-pass/first-pass.json");
    /** All that a run leaves; see docs/contracts.md. */
    private static final List<String> PARTS = List.of(
            "experiment.yaml",
            "first-pass",
            "first-pass.partial",
            "first-pass.rejected",
            "first-pass.old",
            "versions",
            "evaluations",
            "aliases.json",
            "audit.jsonl",
            "ledger.lock",
            "leases",
            "staging",
            "reservations",
            "captures",
            "generations",
            "checkpoints",
            "savepoints",
            "scratch",
            "run.json",
            "history.jsonl",
            "truth.json",
            "true-values.json",
            "evaluation.json",
            "summary.json",
            "report.html",
            Logging.FILE);

    private static final String LOGS = "logs";

    private final Path root;
    private final List<String> parts;

    private RunFolder(Path root, List<String> parts) {
        this.root = root;
        this.parts = parts;
    }

    static RunFolder of(Path root) {
        return new RunFolder(root, PARTS);
    }

    /** A demo's, with the logs that it simulates. */
    static RunFolder withLogs(Path root) {
        List<String> parts = new ArrayList<>(PARTS);
        parts.add(LOGS);
        return new RunFolder(root, List.copyOf(parts));
    }

    /**
     * Makes the directory if it is not there. One that holds parts of a run is refused, or with {@code overwrite} freed of them;
     * other files in it are left alone.
     */
    void prepare(Overwrite overwrite) throws IOException {
        if (Files.exists(root) && !Files.isDirectory(root)) {
            throw new Failure("--out is a file").where(root).expected("a directory, or a name that is free");
        }
        List<String> found = parts();
        if (!found.isEmpty()) {
            if (overwrite == Overwrite.REFUSE) {
                throw new Failure("there is a run already")
                        .where(root)
                        .found(String.join(", ", found))
                        .expected("a directory without a run")
                        .toDo("give another --out, or --overwrite to delete that run");
            }
            requireRun(found);
            for (String part : found) {
                PathUtils.delete(root.resolve(part));
            }
        }
        Files.createDirectories(root);
    }

    /** Those that are there. */
    private List<String> parts() throws IOException {
        List<String> found = new ArrayList<>(
                parts.stream().filter(part -> Files.exists(root.resolve(part))).toList());
        if (Files.isDirectory(root)) {
            try (DirectoryStream<Path> locks = Files.newDirectoryStream(root, "shard-*.lock")) {
                locks.forEach(lock -> found.add(String.valueOf(lock.getFileName())));
            }
        }
        return found;
    }

    /** What may be deleted. */
    enum Overwrite {
        REFUSE,
        DELETE_RUN
    }

    private void requireRun(List<String> found) {
        boolean run = MARKS.stream().anyMatch(mark -> Files.exists(root.resolve(mark)));
        boolean simulated =
                !found.contains(LOGS) || Files.exists(root.resolve(LOGS).resolve(Truth.NAME));
        if (!simulated || !run && !found.equals(List.of(LOGS))) {
            throw new Failure("--overwrite deletes runs, and this is none")
                    .where(root)
                    .found(String.join(", ", found))
                    .expected(
                            run ? "logs that were simulated, with " + Truth.NAME : "one of " + String.join(", ", MARKS))
                    .toDo("give another --out, or remove the directory by hand");
        }
    }
}
