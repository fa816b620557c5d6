package org.drlput.jobs.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.drlput.common.bias.Bias;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentException;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.FirstPassFile;
import org.drlput.common.log.FirstPassResult;
import org.drlput.common.log.LogException;
import org.drlput.common.simulate.Truth;
import org.drlput.common.version.VersionException;
import org.drlput.common.version.VersionRegistry;
import org.drlput.jobs.run.History;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.run.RunInfo;
import org.jspecify.annotations.Nullable;

/**
 * All that a run left and the report tells.
 *
 * @param bias how the logs differ from all traffic; null where there is no sample of it
 * @param evaluations of the run's versions, ascending
 * @param truth null where the logs are not simulated
 * @param trueValues by version; empty where there is no truth
 */
record RunData(
        String experimentText,
        Experiment experiment,
        FirstPassResult firstPass,
        @Nullable Bias bias,
        RunInfo info,
        List<History.Line> history,
        List<Evaluation> evaluations,
        @Nullable Truth truth,
        SortedMap<Long, TrueValue> trueValues,
        Summary summary) {

    /**
     * Reads a run's directory.
     *
     * @throws ReportException with everything that is missing or broken
     */
    static RunData read(Path root) {
        if (!Files.isDirectory(root)) {
            throw new ReportException(List.of(root + ": is no directory, expected the --out of a run"));
        }
        return new Reading(new RunDirectory(root)).read();
    }

    /** The newest version that could be evaluated. */
    @Nullable
    Evaluation last() {
        return evaluations.stream()
                .filter(e -> e.error() == null)
                .reduce((a, b) -> b)
                .orElse(null);
    }

    @Nullable
    TrueValue lastTrueValue() {
        return trueValues.get(summary.version());
    }

    /** Reads one part after the other, to tell all problems at once. */
    private static final class Reading {
        private final RunDirectory run;
        private final List<String> problems = new ArrayList<>();

        Reading(RunDirectory run) {
            this.run = run;
        }

        @FunctionalInterface
        private interface Part<T> {
            T read() throws IOException;
        }

        private <T> @Nullable T part(Path file, Part<T> part) {
            try {
                return part.read();
            } catch (NoSuchFileException e) {
                problems.add(e.getFile() + ": is missing");
            } catch (IOException | ExperimentException | LogException | VersionException e) {
                String message = String.valueOf(e.getMessage());
                // some of Java's own do not say what was read
                String name = String.valueOf(file.getFileName());
                problems.add(message.contains(name) ? message : file + ": can not be read: " + message);
            }
            return null;
        }

        RunData read() {
            String text = part(run.experiment(), () -> Files.readString(run.experiment(), StandardCharsets.UTF_8));
            Experiment experiment = part(run.experiment(), () -> ExperimentLoader.load(run.experiment()));
            FirstPassFile.Loaded firstPass = part(run.firstPass(), () -> FirstPassFile.read(run.firstPass()));
            Path biasFile = run.firstPass().resolve(Bias.NAME);
            Bias bias = Files.exists(biasFile) ? part(biasFile, () -> Bias.read(biasFile)) : null;
            RunInfo info = part(run.runInfo(), () -> RunInfo.read(run.runInfo()));
            List<History.Line> history = part(
                    run.history(),
                    () -> Files.exists(run.history()) ? History.read(run.history()) : List.<History.Line>of());
            List<Evaluation> evaluations = part(run.root().resolve(VersionRegistry.EVALUATIONS), this::evaluations);
            Path truthFile = run.root().resolve(Truth.NAME);
            Truth truth = Files.exists(truthFile) ? part(truthFile, () -> Truth.read(truthFile)) : null;
            SortedMap<Long, TrueValue> trueValues =
                    part(run.root().resolve(TrueValue.NAME), () -> TrueValue.read(run.root()));
            Summary summary = part(run.root().resolve(Summary.NAME), () -> Summary.read(run.root()));
            if (!problems.isEmpty()
                    || text == null
                    || experiment == null
                    || firstPass == null
                    || info == null
                    || history == null
                    || evaluations == null
                    || summary == null) {
                throw new ReportException(problems);
            }
            return new RunData(
                    text,
                    experiment,
                    firstPass.result(),
                    bias,
                    info,
                    history,
                    evaluations,
                    truth,
                    trueValues == null ? new TreeMap<>() : trueValues,
                    summary);
        }

        private List<Evaluation> evaluations() throws IOException {
            VersionRegistry registry = new VersionRegistry(run.root());
            List<Evaluation> evaluations = new ArrayList<>();
            for (long version : registry.evaluated()) {
                byte[] json = registry.evaluation(version).orElseThrow();
                evaluations.add(Evaluation.fromJson(json, "evaluations/" + version + ".json"));
            }
            return evaluations;
        }
    }
}
