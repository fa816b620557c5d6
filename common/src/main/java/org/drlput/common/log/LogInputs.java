package org.drlput.common.log;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.drlput.common.log.LogInput.Local;

/** Finds log files on local disks. */
public final class LogInputs {
    private LogInputs() {}

    /**
     * The log files of the given files and directories, in the given order, those of a directory sorted by path.
     *
     * <p>In a directory, symbolic links followed: every file below it with the extension of a log format. Left out are names that begin with a dot, an
     * underscore or {@code all-traffic}: hidden files, marker files, and the sample of all traffic, which has no outcomes.
     *
     * @throws LogException naming every path that is missing, unreadable or holds no log
     */
    public static List<LogInput> list(List<Path> paths) {
        List<LogInput> inputs = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        if (paths.isEmpty()) {
            problems.add("no log file was given");
        }
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                addDirectory(path, inputs, problems);
            } else if (!Files.exists(path)) {
                problems.add(path + ": there is no such file or directory");
            } else if (!Files.isReadable(path)) {
                problems.add(path + ": can not be read: check its permissions");
            } else {
                inputs.add(new Local(path.getFileName().toString(), path));
            }
        }
        if (!problems.isEmpty()) {
            throw new LogException(problems, null);
        }
        return inputs;
    }

    /**
     * The files of all traffic that lie in the directories of the given files and directories, sorted by path: those with the
     * extension of a log format whose names begin with {@code all-traffic}. Empty where there are none.
     */
    public static List<LogInput> traffic(List<Path> paths) {
        java.util.Set<Path> directories = new java.util.LinkedHashSet<>();
        for (Path path : paths) {
            Path directory =
                    Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
            if (directory != null && Files.isDirectory(directory)) {
                directories.add(directory.toAbsolutePath().normalize());
            }
        }
        List<LogInput> inputs = new ArrayList<>();
        for (Path directory : directories) {
            try (Stream<Path> files = Files.list(directory)) {
                files.filter(file -> isTraffic(String.valueOf(file.getFileName())))
                        .filter(Files::isRegularFile)
                        .sorted()
                        .forEach(file -> inputs.add(new Local(String.valueOf(file.getFileName()), file)));
            } catch (IOException | java.io.UncheckedIOException e) {
                throw new LogException("%s: can not be listed: %s".formatted(directory, e.getMessage()), e);
            }
        }
        return inputs;
    }

    /** Whether a file is a sample of all traffic, by its name. */
    public static boolean isTraffic(String name) {
        return name.startsWith("all-traffic") && LogFormat.hasLogExtension(name);
    }

    private static void addDirectory(Path directory, List<LogInput> inputs, List<String> problems) {
        List<Path> found;
        try (Stream<Path> files = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
            found = files.filter(Files::isRegularFile)
                    .filter(file -> isLog(portableName(directory, file)))
                    .sorted(Comparator.comparing(file -> portableName(directory, file)))
                    .toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            problems.add("%s: can not be listed: %s".formatted(directory, e.getMessage()));
            return;
        }
        if (found.isEmpty()) {
            problems.add(noLog(directory));
        }
        for (Path file : found) {
            if (Files.isReadable(file)) {
                inputs.add(new Local(portableName(directory, file), file));
            } else {
                problems.add(file + ": can not be read: check its permissions");
            }
        }
    }

    /**
     * Whether a file of a directory is a log, by its path below the directory, separated by {@code /}.
     *
     * @see #list
     */
    public static boolean isLog(String relativePath) {
        for (String part : relativePath.split("/")) {
            if (part.startsWith(".") || part.startsWith("_") || part.startsWith("all-traffic")) {
                return false;
            }
        }
        return LogFormat.hasLogExtension(relativePath);
    }

    /** The message for a directory in which no log is. */
    public static String noLog(Object directory) {
        return "%s: holds no log: expected files that end in %s"
                .formatted(directory, String.join(", ", LogFormat.extensions()));
    }

    private static String portableName(Path directory, Path file) {
        return directory.relativize(file).toString().replace('\\', '/');
    }
}
