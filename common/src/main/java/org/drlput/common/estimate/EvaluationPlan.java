package org.drlput.common.estimate;

import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.EstimatorName;
import org.drlput.common.log.Block;

/**
 * How rows will be judged: the same for every version, so that versions can be compared. Immutable.
 *
 * @param estimators of the reward
 * @param ofOutcomes of each outcome: the experiment's headline alone
 * @param intervals of all rows together; segments have the normal ones
 */
record EvaluationPlan(
        Experiment experiment,
        EvaluationScope scope,
        List<Segmentation> segmentations,
        Estimators estimators,
        Estimators ofOutcomes,
        RewardModel model,
        LoggedRows.Intervals intervals) {

    /** Judged by a model of other rows. */
    static EvaluationPlan of(Experiment experiment, EvaluationScope scope, Iterable<Block> blocks, RewardModel model) {
        return of(experiment, scope, RowSurvey.of(experiment, scope.rows(), blocks), model);
    }

    /** Judged by a model that is cross-fitted to the rows themselves. */
    static EvaluationPlan crossFitted(Experiment experiment, EvaluationScope scope, Iterable<Block> blocks) {
        RowSurvey survey = RowSurvey.of(experiment, scope.rows(), blocks);
        RewardModel model =
                RewardModel.crossFitted(experiment, survey.statistics(), scope.rows(), blocks, survey.count());
        return of(experiment, scope, survey, model);
    }

    private static EvaluationPlan of(
            Experiment experiment, EvaluationScope scope, RowSurvey survey, RewardModel model) {
        EstimatorName headline = experiment.evaluation().headline();
        return new EvaluationPlan(
                experiment,
                scope,
                Segmentation.of(experiment, survey),
                Estimators.all(survey.count()),
                Estimators.only(headline, survey.count()),
                model,
                LoggedRows.Intervals.ALL);
    }

    Judge judge() {
        return new Judge(experiment.evaluation(), model.exists());
    }
}
