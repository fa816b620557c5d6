package org.drlput.server.optimizer;

import org.drlput.common.experiment.Experiment;

/**
 * The learning rate of each step: rises linearly over the first {@code warmupSteps}, then stays, or falls to 0 at the end of the
 * run in a line or half a cosine. A function of the step alone.
 *
 * <p>Source: Loshchilov and Hutter 2017, arXiv 1608.03983, equation 5 (one cycle, minimum 0).
 */
public record LearningRate(double peak, Experiment.Schedule schedule, long warmupSteps, long totalSteps) {
    public static LearningRate of(Experiment.Optimizer optimizer, long totalSteps) {
        long warmup = (long) Math.ceil(optimizer.warmupShare() * totalSteps);
        return new LearningRate(optimizer.learningRate(), optimizer.schedule(), warmup, totalSteps);
    }

    /** The rate of a step, counted from 0. */
    public double at(long step) {
        if (step < warmupSteps) {
            return peak * (step + 1) / warmupSteps;
        }
        double progress = Math.min(1, (double) (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
        return switch (schedule) {
            case CONSTANT -> peak;
            case LINEAR -> peak * (1 - progress);
            case COSINE -> peak * 0.5 * (1 + StrictMath.cos(Math.PI * progress));
        };
    }
}
