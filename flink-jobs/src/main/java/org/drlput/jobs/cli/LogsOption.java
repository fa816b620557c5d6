package org.drlput.jobs.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The logs of commands that only read them. */
final class LogsOption {
    @Option(
            names = "--logs",
            required = true,
            paramLabel = "PATH",
            arity = "1..*",
            description = "Exploration logs: files, or directories of them.")
    private List<Path> paths = List.of();

    List<Path> paths() {
        return List.copyOf(paths);
    }

    /** As they were given. */
    List<String> names() {
        return paths.stream().map(Path::toString).toList();
    }
}
