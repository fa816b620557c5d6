package org.drlput.jobs.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.FirstPassFile;
import org.drlput.common.log.FirstPassResult.InputFile;
import org.drlput.common.log.LogInput;
import org.drlput.common.math.Kernels;
import org.drlput.jobs.firstpass.FlinkLogInputs;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.run.RunInfo;
import org.jspecify.annotations.Nullable;

/**
 * A run that stopped, however it did, and where it goes on from.
 *
 * @param info what the run was
 * @param from the newest completed checkpoint or savepoint, or the one that was asked for; null: none is complete, it begins again
 * @param older completed ones before it, newest first
 */
public record Resumption(RunInfo info, RunCheckpoints.@Nullable Found from, List<RunCheckpoints.Found> older) {
    /**
     * What lies in a run's directory.
     *
     * @param checkpoint to go on from; null: the newest
     * @throws TrainingException where there is no run, or no such checkpoint of it
     */
    public static Resumption of(RunDirectory directory, @Nullable Path checkpoint) {
        RunInfo info;
        try {
            info = RunInfo.read(directory.runInfo());
        } catch (IOException e) {
            throw new TrainingException("%s: there is no run to go on with: %s".formatted(directory.root(), e), e);
        }
        List<RunCheckpoints.Found> all = RunCheckpoints.in(directory.checkpoints(), directory.savepoints()).stream()
                .filter(found -> found.key().run().equals(info.run()))
                .toList();
        if (checkpoint == null) {
            return all.isEmpty()
                    ? new Resumption(info, null, List.of())
                    : new Resumption(info, all.get(0), all.subList(1, all.size()));
        }
        RunCheckpoints.Found asked = RunCheckpoints.read(checkpoint)
                .filter(found -> found.key().run().equals(info.run()))
                .orElseThrow(() -> new TrainingException("%s: is no checkpoint of run %s, which is in %s"
                        .formatted(checkpoint, info.run(), directory.root())));
        List<RunCheckpoints.Found> older = all.stream()
                .filter(found -> RunCheckpoints.Found.BY_AGE.compare(found, asked) < 0)
                .toList();
        return new Resumption(info, asked, older);
    }

    /** The steps that are done. */
    public long boundary() {
        return from == null ? 0 : from.key().boundary();
    }

    /**
     * That it would be the same run.
     *
     * @param experimentYaml the experiment file that was given now; null: none was
     * @param logs that were given now; empty: none were
     * @throws TrainingException with everything that differs
     */
    public void requireSame(RunDirectory directory, byte @Nullable [] experimentYaml, List<String> logs) {
        List<String> differences = new ArrayList<>();
        compare("experiment in the run's directory", sha256(directory.experiment()), differences);
        if (experimentYaml != null) {
            compare("experiment", ExperimentLoader.sha256(experimentYaml), differences);
        }
        String kernel = Kernels.best().name();
        if (!kernel.equals(info.kernel())) {
            differences.add("kernel: found %s, expected %s: it gives other bits, go on where the run began"
                    .formatted(kernel, info.kernel()));
        }
        if (!logs.isEmpty()) {
            compareLogs(directory, logs, differences);
        }
        if (!differences.isEmpty()) {
            throw new TrainingException(
                    "%s: this is not the run that stopped there:\n  %s\n  start a new run in its place"
                            .formatted(directory.root(), String.join("\n  ", differences)));
        }
    }

    private void compare(String what, String sha256, List<String> differences) {
        if (!sha256.equals(info.experimentSha256())) {
            differences.add("%s: found SHA-256 %s, expected %s".formatted(what, sha256, info.experimentSha256()));
        }
    }

    private static String sha256(Path file) {
        try {
            return ExperimentLoader.sha256(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new TrainingException("%s: can not be read: %s".formatted(file, e), e);
        }
    }

    /** By name and size: what the rows of the first pass were read from. */
    private static void compareLogs(RunDirectory directory, List<String> logs, List<String> differences) {
        if (!Files.exists(directory.firstPass().resolve(FirstPassFile.NAME))) {
            return;
        }
        List<String> expected = FirstPassFile.read(directory.firstPass()).result().inputs().stream()
                .map(Resumption::name)
                .toList();
        List<String> found =
                FlinkLogInputs.list(logs).stream().map(Resumption::name).toList();
        if (!found.equals(expected)) {
            differences.add("logs: found %s, expected %s".formatted(few(found, expected), few(expected, found)));
        }
    }

    private static String name(InputFile file) {
        return "%s (%d bytes)".formatted(file.name(), file.bytes());
    }

    private static String name(LogInput file) {
        try {
            return "%s (%d bytes)".formatted(file.name(), file.bytes());
        } catch (IOException e) {
            throw new TrainingException("%s: can not be read: %s".formatted(file.name(), e), e);
        }
    }

    /** Those that the others do not have. */
    private static String few(List<String> files, List<String> others) {
        List<String> own =
                files.stream().filter(file -> !others.contains(file)).limit(3).toList();
        return own.isEmpty() ? "%d files".formatted(files.size()) : String.join(", ", own);
    }
}
