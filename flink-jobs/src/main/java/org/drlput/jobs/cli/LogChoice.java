package org.drlput.jobs.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The logs that a command is given, and the experiment file that lies beside them. */
final class LogChoice {
    private LogChoice() {}

    static Path experimentBeside(List<String> logs) {
        List<String> tried = new ArrayList<>();
        for (String log : logs) {
            if (log.contains("://")) {
                continue;
            }
            Path path = Path.of(log).toAbsolutePath();
            Path directory = Files.isDirectory(path) ? path : path.getParent();
            Path file = (directory == null ? path : directory).resolve("experiment.yaml");
            if (Files.exists(file)) {
                return file;
            }
            tried.add(file.toString());
        }
        throw new Failure("there is no experiment")
                .found("no --experiment, and no "
                        + (tried.isEmpty() ? "file beside the logs" : String.join(", ", tried)))
                .expected("an experiment file")
                .toDo("give one with --experiment; examples/ has some");
    }

    /** Before anything is looked for beside them, and before an old run is deleted. */
    static void requireLocal(List<String> logs) {
        List<String> missing = logs.stream()
                .filter(log -> !log.contains("://") && !Files.exists(Path.of(log)))
                .toList();
        if (!missing.isEmpty()) {
            throw new Failure("there is no such log")
                    .where(String.join(", ", missing))
                    .expected("a log file, or a directory of them");
        }
    }
}
