package org.drlput.jobs.train;

import java.nio.file.Path;
import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentException;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.experiment.TrainingPlan;
import org.drlput.common.log.EpochOrder;
import org.drlput.common.log.FirstPassFile;
import org.drlput.common.log.FirstPassResult;
import org.drlput.common.log.LogException;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.tensor.TensorSpec;

/** A run's experiment and first pass, as a task reads them from {@link TrainSettings}. Immutable. */
record RunContext(
        TrainSettings settings,
        Experiment experiment,
        String experimentSha256,
        FirstPassResult firstPass,
        String firstPassSha256,
        ModelSpec model,
        TrainingPlan plan) {

    /** @throws IncurableException where they can not be read */
    static RunContext of(TrainSettings settings) {
        try {
            return read(settings);
        } catch (ExperimentException | LogException e) {
            throw new IncurableException(String.valueOf(e.getMessage()), e);
        }
    }

    private static RunContext read(TrainSettings settings) {
        Experiment experiment = ExperimentLoader.parse(settings.experimentYaml(), "experiment.yaml");
        FirstPassFile.Loaded firstPass = FirstPassFile.read(Path.of(settings.firstPass()));
        return new RunContext(
                settings,
                experiment,
                ExperimentLoader.sha256(settings.experimentYaml()),
                firstPass.result(),
                firstPass.sha256(),
                ModelSpec.of(experiment),
                TrainingPlan.of(firstPass.result().rows(), experiment.training()));
    }

    EpochOrder epochOrder() {
        return new EpochOrder(firstPass.rows(), experiment.training());
    }

    List<TensorSpec> tensors() {
        return model.tensors();
    }
}
