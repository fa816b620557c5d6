package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.drlput.jobs.train.RunCheckpoints;
import org.drlput.server.capture.CaptureCleaner;
import org.drlput.server.capture.CaptureCleaner.Decision;
import org.drlput.server.capture.CaptureCleaner.OtherRuns;
import org.drlput.server.shard.CaptureKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code drlput captures}: looks after the captures of a data directory. */
@Command(
        name = "captures",
        header = "Looks after captures, the states on disk that runs go on from.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        description = {"", "What a capture is stands in docs/recovery.md."},
        footer = {
            "",
            "Example: what a run's directory holds that nothing can go back to any more",
            "  drlput captures gc --checkpoints out/checkpoints --dry-run"
        })
final class CapturesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    private CapturesCommand() {}

    static CommandLine commandLine(Terminal terminal) {
        CommandLine line = new CommandLine(new CapturesCommand());
        line.addSubcommand(new Gc(terminal));
        return line;
    }

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(spec.commandLine(), "there is no command");
    }

    /** {@code drlput captures gc}. */
    @Command(
            name = "gc",
            header = "Removes captures that no checkpoint or savepoint stands on any more.",
            description = {
                "",
                "Reads which checkpoints and savepoints there are, and removes the captures of their runs on which none stands, "
                        + "those that savepoints have pinned too, and parts of versions that are published or that no remaining "
                        + "capture names. What is younger than the newest checkpoint stays, so that it may be used while a run "
                        + "goes on.",
                "",
                "Name every directory that has checkpoints or savepoints of the run: a savepoint elsewhere is not seen."
            },
            footer = {
                "",
                "Example: see what would go, then remove it",
                "  drlput captures gc --checkpoints out/checkpoints --checkpoints savepoints --data out --dry-run",
                "  drlput captures gc --checkpoints out/checkpoints --checkpoints savepoints --data out"
            })
    static final class Gc implements Callable<Integer> {
        private final Terminal terminal;

        @Option(
                names = "--checkpoints",
                required = true,
                paramLabel = "DIR",
                description = "Where checkpoints or savepoints are; may be given several times.")
        private List<Path> checkpoints;

        @Option(
                names = "--data",
                paramLabel = "DIR",
                description = "The servers' data directory; default: the one that the first --checkpoints is in.")
        private @Nullable Path data;

        @Option(names = "--dry-run", description = "Says what would be removed, and removes nothing.")
        private boolean dryRun;

        @Option(
                names = "--all-runs",
                description = "Removes captures also of runs of which there is no checkpoint here.")
        private boolean allRuns;

        Gc(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            Path directory = data == null ? beside(checkpoints.get(0)) : data;
            for (Path path : checkpoints) {
                requireDirectory(path, "--checkpoints");
            }
            requireDirectory(directory.resolve("captures"), "--data");
            Map<CaptureKey, String> needed = new LinkedHashMap<>();
            for (RunCheckpoints.Found found : RunCheckpoints.in(checkpoints.toArray(Path[]::new))) {
                String name = (found.savepoint() ? "savepoint " : "checkpoint ") + found.directory();
                needed.merge(found.key(), name, (first, second) -> first);
            }
            if (needed.isEmpty() && !allRuns) {
                throw new Failure("there is no checkpoint of a training run")
                        .where(String.join(
                                ", ", checkpoints.stream().map(Path::toString).toList()))
                        .toDo(
                                "name the directory of the run's checkpoints; if they are all gone, and captures may go, add --all-runs");
            }
            CaptureCleaner cleaner = new CaptureCleaner(directory);
            List<Decision> decisions = cleaner.decide(needed, allRuns ? OtherRuns.REMOVE : OtherRuns.KEEP);
            print(directory, decisions);
            if (!dryRun) {
                cleaner.remove(decisions);
            }
            return 0;
        }

        private static Path beside(Path path) {
            Path parent = path.toAbsolutePath().normalize().getParent();
            return parent == null ? path : parent;
        }

        private static void requireDirectory(Path path, String option) {
            if (!Files.isDirectory(path)) {
                throw new Failure("%s: there is no directory %s".formatted(option, path)).toDo("correct the option");
            }
        }

        private void print(Path directory, List<Decision> decisions) {
            long removed = decisions.stream().filter(Decision::removed).count();
            for (Decision decision : decisions) {
                String verb = !decision.removed() ? "keep" : dryRun ? "would remove" : "remove";
                terminal.line("%-14s %s: %s".formatted(verb, directory.relativize(decision.folder()), decision.why()));
            }
            terminal.line(
                    "%s%d of %d".formatted(dryRun ? "would remove   " : "removed        ", removed, decisions.size()));
        }
    }
}
