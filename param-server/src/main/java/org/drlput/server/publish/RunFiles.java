package org.drlput.server.publish;

import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentException;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.experiment.TrainingPlan;
import org.drlput.common.log.FirstPassFile;
import org.drlput.common.log.FirstPassResult;
import org.drlput.common.log.FirstPassResult.NumericStatistics;
import org.drlput.common.log.LogException;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.tensor.TensorSpec;
import org.jspecify.annotations.Nullable;

/**
 * The files that define a run: its experiment, and what the first pass over its logs decided.
 *
 * @param parent the version that the run started from; null: none
 */
public record RunFiles(
        byte[] experimentYaml,
        Experiment experiment,
        FirstPassResult firstPass,
        @Nullable Long parent) {

    /**
     * Binds the files and checks them against their checksums.
     *
     * @throws IllegalArgumentException where one is broken or another one than its checksum says
     */
    public static RunFiles parse(
            byte[] experimentYaml,
            String experimentSha256,
            byte[] firstPass,
            String firstPassSha256,
            @Nullable Long parent) {
        requireSha256("the experiment file", experimentYaml, experimentSha256);
        requireSha256(FirstPassFile.NAME, firstPass, firstPassSha256);
        try {
            return new RunFiles(
                    experimentYaml.clone(),
                    ExperimentLoader.parse(experimentYaml, "experiment"),
                    FirstPassFile.parse(firstPass, FirstPassFile.NAME),
                    parent);
        } catch (ExperimentException | LogException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static void requireSha256(String what, byte[] bytes, String expected) {
        String found = ExperimentLoader.sha256(bytes);
        if (!found.equals(expected)) {
            throw new IllegalArgumentException("%s: its SHA-256 is %s, expected %s".formatted(what, found, expected));
        }
    }

    /** Whole tensors. */
    public List<TensorSpec> tensors() {
        return ModelSpec.of(experiment).tensors();
    }

    public long totalSteps() {
        return TrainingPlan.of(firstPass.rows(), experiment.training()).totalSteps();
    }

    public Map<String, NumericStatistics> statistics() {
        return firstPass.numeric();
    }
}
