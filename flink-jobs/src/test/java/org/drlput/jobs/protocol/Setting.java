package org.drlput.jobs.protocol;

import java.util.List;
import java.util.Set;
import org.drlput.common.experiment.Experiment.Mode;

/**
 * What a simulation is of.
 *
 * @param steps of the run, {@code versionEvery} of them between two versions
 * @param workers of each life of the job that begins with a rescale; the last stays. So {@code shards}
 * @param checkpoints beside those at the end
 * @param strike when faults may begin
 * @param slow what takes its time
 * @param rival another run is created in the same registry
 * @param without rules that are taken away
 */
record Setting(
        Mode mode,
        int steps,
        int versionEvery,
        List<Integer> workers,
        List<Integer> shards,
        int checkpoints,
        int faults,
        double faultShare,
        Strike strike,
        Slow slow,
        boolean rival,
        Set<Rule> without) {
    /** When faults may begin. */
    enum Strike {
        AT_ONCE,
        /** Once the last cut is asked for. */
        END,
        /** Once it is complete. */
        VERY_END
    }

    enum Slow {
        NOTHING,
        DISK,
        EVALUATOR
    }

    static Setting of(Mode mode) {
        return new Setting(
                mode,
                3,
                1,
                List.of(2, 1, 3),
                List.of(2, 1, 3),
                3,
                3,
                0.04,
                Strike.AT_ONCE,
                Slow.NOTHING,
                false,
                Set.of());
    }

    Setting of(int ofSteps, int everySteps) {
        return new Setting(
                mode,
                ofSteps,
                everySteps,
                workers,
                shards,
                checkpoints,
                faults,
                faultShare,
                strike,
                slow,
                rival,
                without);
    }

    Setting with(int ofCheckpoints, int ofFaults, double share) {
        return new Setting(
                mode,
                steps,
                versionEvery,
                workers,
                shards,
                ofCheckpoints,
                ofFaults,
                share,
                strike,
                slow,
                rival,
                without);
    }

    Setting at(Strike when) {
        return new Setting(mode, steps, versionEvery, workers, shards, 2, 5, 0.1, when, slow, rival, without);
    }

    Setting slow(Slow what) {
        return new Setting(
                mode,
                steps,
                versionEvery,
                workers,
                shards,
                checkpoints,
                faults,
                faultShare,
                strike,
                what,
                rival,
                without);
    }

    Setting withRival() {
        return new Setting(
                mode,
                steps,
                versionEvery,
                workers,
                shards,
                checkpoints,
                faults,
                faultShare,
                strike,
                slow,
                true,
                without);
    }

    Setting without(Rule... rules) {
        return new Setting(
                mode,
                steps,
                versionEvery,
                workers,
                shards,
                checkpoints,
                faults,
                faultShare,
                strike,
                slow,
                rival,
                Set.of(rules));
    }

    boolean keeps(Rule rule) {
        return !without.contains(rule);
    }
}
