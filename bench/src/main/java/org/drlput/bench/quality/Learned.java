package org.drlput.bench.quality;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.drlput.bench.learn.BlockTraining;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.estimate.EvaluationScope;
import org.drlput.common.estimate.PolicyEvaluator;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.drlput.common.math.Kernels;
import org.drlput.common.select.Candidate;
import org.drlput.common.select.ConstantPolicy;
import org.drlput.common.select.EarlyStop;
import org.drlput.common.select.FixedActions;
import org.drlput.common.select.Selection;
import org.drlput.common.select.UnseenRows;
import org.drlput.common.version.Version;
import org.jspecify.annotations.Nullable;

/**
 * What a run comes to: versions every so many steps, judged by the hold-out, and of them and the best fixed action the one with the
 * greatest lower bound.
 *
 * @param version that is used; of a fixed action one that always takes it
 */
record Learned(Version version, Selection selection, long steps) {
    static Learned of(Experiment experiment, List<Block> blocks) {
        PolicyEvaluator evaluator = PolicyEvaluator.of(experiment, Kernels.best(), EvaluationScope.HOLD_OUT, blocks);
        FixedActions fixed = new FixedActions(experiment);
        blocks.forEach(fixed::add);
        Optional<Candidate> bestFixed =
                experiment.versions().fallBack() ? fixed.best(experiment.evaluation()) : Optional.empty();
        EarlyStop stop = new EarlyStop(experiment.versions().patience());
        List<Evaluation> evaluations = new ArrayList<>();
        BlockTraining training = new BlockTraining(experiment, blocks);
        Kept kept = new Kept();
        training.run(experiment.versions().everySteps(), (step, now) -> {
            Version version = now.version(step);
            evaluations.add(evaluator.evaluate(version, blocks));
            kept.steps = step;
            kept.last = version;
            Candidate best = Selection.of(evaluations, Optional.empty()).bestVersion();
            if (best != null && best.step() != null && best.step() == step) {
                kept.best = version;
            }
            return !stop.stops(evaluations);
        });
        Selection selection = Selection.of(evaluations, unseen(kept.last(), blocks), bestFixed);
        return new Learned(kept.chosen(selection), selection, kept.steps);
    }

    /** The last version by the rows that trained it, where it has members that did not learn from them. */
    private static List<Candidate> unseen(Version last, List<Block> blocks) {
        if (last.model().members() < 2) {
            return List.of();
        }
        UnseenRows rows = new UnseenRows(last, Kernels.best());
        blocks.forEach(rows::add);
        return rows.candidate(last.experiment().evaluation()).stream().toList();
    }

    /** Two versions are kept: the best so far and the last. */
    private static final class Kept {
        private @Nullable Version best;
        private @Nullable Version last;
        private long steps;

        Version last() {
            if (last == null) {
                throw new IllegalStateException("a training without a step");
            }
            return last;
        }

        Version chosen(Selection selection) {
            Candidate chosen = selection.chosen();
            if (chosen == null) {
                return last();
            } else if (chosen.action() != null) {
                return ConstantPolicy.of(last(), chosen.action());
            }
            if (best != null && Objects.equals(chosen.version(), best.manifest().version())) {
                return best;
            }
            return last();
        }
    }
}
