package org.drlput.server.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.experiment.Experiment;
import org.jspecify.annotations.Nullable;

/**
 * What the page needs of an experiment.
 *
 * @param actions K, the size of the grid
 * @param manualAction the production setting's action
 */
record ExperimentView(
        String name,
        String reward,
        String headline,
        double minEffectiveSampleSize,
        long minRewardedRows,
        double minRelativeGain,
        double maxDiversity,
        int actions,
        int manualAction,
        List<Axis> hyperparameters) {

    /** @param tiedTo the one that it follows; null: none */
    record Axis(String name, @Nullable String tiedTo, double production, List<Double> values) {}

    static ExperimentView of(Experiment experiment) {
        ActionSpace space = ActionSpace.of(experiment.actions());
        List<Axis> axes = new ArrayList<>();
        for (int i = 0; i < space.names().size(); i++) {
            Experiment.Hyperparameter axis =
                    experiment.actions().hyperparameters().get(i);
            axes.add(new Axis(
                    axis.name(),
                    axis.tiedTo(),
                    axis.production(),
                    Arrays.stream(space.axisValues(i)).boxed().toList()));
        }
        return new ExperimentView(
                experiment.name(),
                experiment.reward().active(),
                experiment.evaluation().headline().name().toLowerCase(Locale.ROOT),
                experiment.evaluation().minEffectiveSampleSize(),
                experiment.evaluation().minRewardedRows(),
                experiment.versions().gate().minRelativeGain(),
                experiment.versions().gate().maxDiversity(),
                space.size(),
                space.manualAction(),
                axes);
    }
}
