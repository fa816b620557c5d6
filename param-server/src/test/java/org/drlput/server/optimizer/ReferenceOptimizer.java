package org.drlput.server.optimizer;

import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.OptimizerType;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.SparseRows;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.common.tensor.TensorSpec.Role;

/** The optimizers in double precision, one weight at a time, as the papers write them (uphill). */
final class ReferenceOptimizer {
    private final Experiment.Optimizer settings;
    private final double batchNormMomentum;
    private final long totalSteps;
    final double[][] weights = new double[Sums.TENSORS.size()][];
    private final double[][] first = new double[weights.length][];
    private final double[][] second = new double[weights.length][];

    ReferenceOptimizer(Experiment.Optimizer settings, double batchNormMomentum, long totalSteps, Parameters start) {
        this.settings = settings;
        this.batchNormMomentum = batchNormMomentum;
        this.totalSteps = totalSteps;
        for (int t = 0; t < weights.length; t++) {
            weights[t] = new double[start.values(t).length];
            first[t] = new double[weights[t].length];
            second[t] = new double[weights[t].length];
            for (int i = 0; i < weights[t].length; i++) {
                weights[t][i] = start.values(t)[i];
            }
        }
    }

    void step(Contribution sum, long step) {
        double rows = sum.metrics().rows;
        for (int t = 0; t < weights.length; t++) {
            TensorSpec tensor = Sums.TENSORS.get(t);
            if (tensor.role() == Role.STATISTIC) {
                statistics(weights[t], sum.dense(t), rows);
            } else if (tensor.sparse()) {
                SparseRows touched = sum.sparse(t);
                for (int i = 0; i < touched.count() * touched.columns(); i++) {
                    int at = touched.row(i / touched.columns()) * touched.columns() + i % touched.columns();
                    move(tensor, t, at, touched.values()[i] / rows, step);
                }
            } else {
                for (int i = 0; i < weights[t].length; i++) {
                    move(tensor, t, i, sum.dense(t)[i] / rows, step);
                }
            }
        }
    }

    private void statistics(double[] running, float[] sums, double rows) {
        for (int j = 0; j < running.length; j += 2) {
            double mean = sums[j] / rows;
            double variance = sums[j + 1] / rows - mean * mean;
            running[j] = (1 - batchNormMomentum) * running[j] + batchNormMomentum * mean;
            running[j + 1] = (1 - batchNormMomentum) * running[j + 1] + batchNormMomentum * variance;
        }
    }

    private void move(TensorSpec tensor, int t, int i, double g, long step) {
        double eta = LearningRate.of(settings, totalSteps).at(step);
        if (settings.type() == OptimizerType.SGD) {
            first[t][i] = settings.momentum() * first[t][i] + g;
            weights[t][i] += eta * first[t][i];
            return;
        }
        if (settings.type() == OptimizerType.ADAGRAD) {
            first[t][i] += g * g;
            weights[t][i] += eta * g / (Math.sqrt(first[t][i]) + settings.epsilon());
            return;
        }
        double b1 = settings.beta1();
        double b2 = settings.beta2();
        first[t][i] = b1 * first[t][i] + (1 - b1) * g;
        second[t][i] = b2 * second[t][i] + (1 - b2) * g * g;
        double m = first[t][i] / (1 - Math.pow(b1, step + 1.0));
        double v = second[t][i] / (1 - Math.pow(b2, step + 1.0));
        boolean decays = settings.type() == OptimizerType.ADAM_W && tensor.role() != Role.DENSE_NO_DECAY;
        double decay = decays ? eta * settings.weightDecay() * weights[t][i] : 0;
        weights[t][i] += eta * m / (Math.sqrt(v) + settings.epsilon()) - decay;
    }
}
