package org.drlput.jobs.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionException;
import org.drlput.common.version.VersionRegistry;
import org.drlput.jobs.cluster.Cluster;
import org.drlput.jobs.cluster.ProcessTable;

/** What should not be there after a run: half files, damaged versions, processes that nobody asked for. */
final class Leftovers {
    /** Names of what is being written, moved or thrown away. */
    private static final Pattern HALF = Pattern.compile(".*(\\.tmp|\\.partial|\\.away|\\.old|filler|\\.publishing-.*)");

    private Leftovers() {}

    /** Each problem in a sentence. */
    static List<String> of(Cluster cluster, Path out) throws IOException {
        List<String> problems = new ArrayList<>();
        halfFiles(cluster.directory().data(), problems);
        halfFiles(out, problems);
        checkpoints(out.resolve("checkpoints"), problems);
        processes(cluster, problems);
        return problems;
    }

    private static void halfFiles(Path root, List<String> problems) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            files.filter(file ->
                            HALF.matcher(String.valueOf(file.getFileName())).matches())
                    .forEach(file -> problems.add("left behind: " + file));
        }
    }

    /** Those of a run that has ended well serve nobody any more. */
    private static void checkpoints(Path root, List<String> problems) throws IOException {
        if (Files.isDirectory(root)) {
            try (Stream<Path> files = Files.walk(root)) {
                files.filter(Files::isRegularFile).forEach(file -> problems.add("left behind: " + file));
            }
        }
    }

    private static void processes(Cluster cluster, List<String> problems) {
        Set<String> seen = new HashSet<>();
        for (ProcessTable.Entry process : cluster.processes()) {
            if (!seen.add(process.name())) {
                problems.add("runs twice: %s, process %d".formatted(process.name(), process.pid()));
            }
            if (process.name().equals("jobmanager")) {
                problems.add("still runs: jobmanager, process " + process.pid());
            }
        }
    }

    /** Every version of the registry, read whole. */
    static List<String> damagedVersions(Path data) {
        List<String> problems = new ArrayList<>();
        VersionRegistry registry = new VersionRegistry(data);
        for (long version : registry.versions()) {
            try {
                Version.read(registry.directory(version));
            } catch (VersionException e) {
                problems.add("version %d: %s".formatted(version, e.getMessage()));
            }
        }
        return problems;
    }
}
