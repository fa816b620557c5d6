package org.drlput.common.objective;

import java.util.Arrays;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.gradient.Metrics;
import org.drlput.common.math.Softmax;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of a policy's logits.
 *
 * <p>With {@code q} the objective's coefficient, H the policy's entropy and c the entropy coefficient, the gradient of logit i is
 * {@code q (1[i = a] - π_i) - c π_i (log π_i + H)}; {@link Regularizers} says what else q holds. One thread.
 */
final class LogitGradient implements OutputGradient {
    private final Objective objective;
    private final Regularizers regularizers;
    /** Null: what it predicts is not maximized. */
    private final @Nullable RewardModel maximized;

    private final int actions;
    private final RowScores scores;
    /** {@code [rows, actions]}: first a row's factors of its exponentials, then the gradient. */
    private final float[] gradient;
    /** {@code [rows, actions]}: a row's factor of exponential times shifted logit. */
    private final float[] slopes;

    /** {@code [rows]}. */
    private final double[] coefficients;

    /** @param model of the reward, which also is what is taken off; null: there is none */
    LogitGradient(GradientSettings settings, @Nullable RewardModel model, int actions, int maxRows) {
        objective = settings.objective();
        regularizers = settings.regularizers();
        maximized = objective.maximizesPredictions() ? model : null;
        this.actions = actions;
        scores = new RowScores(actions, maxRows);
        gradient = new float[Math.multiplyExact(maxRows, actions)];
        slopes = new float[gradient.length];
        coefficients = new double[maxRows];
    }

    @Override
    public float[] compute(float[] logits, EncodedBatch batch, MemberRows rows, Predictions taken, Metrics metrics) {
        scores.compute(logits, batch, rows, metrics);
        for (int row = 0; row < batch.rowCount; row++) {
            double rho = scores.importanceWeight(row);
            double advantage = batch.reward[row] - taken.of(row, batch.actionId[row]);
            coefficients[row] = rows.trains(row) ? objective.coefficient(rho, batch.propensity[row], advantage) : 0;
            if (rows.scores(row) && objective.clips(rho)) {
                metrics.clippedRows++;
            }
        }
        if (regularizers.variancePenalty() > 0) {
            VariancePenalty.apply(coefficients, batch.rowCount, regularizers.variancePenalty());
        }
        for (int row = 0; row < batch.rowCount; row++) {
            spread(row);
        }
        Softmax softmax = scores.softmax();
        combine(gradient, slopes, softmax.exponentials(), softmax.shifted(), batch.rowCount * actions);
        for (int row = 0; row < batch.rowCount; row++) {
            finish(batch, rows, row);
        }
        return gradient;
    }

    /** What each of a row's exponentials is multiplied with, and with its shifted logit. */
    private void spread(int row) {
        double rho = scores.importanceWeight(row);
        if (regularizers.klToBehaviour() > 0 && rho > 0) {
            coefficients[row] -= regularizers.klToBehaviour() * rho * Math.log(rho);
        }
        double sum = scores.softmax().sum(row);
        double c = regularizers.entropy();
        double q = coefficients[row];
        if (regularizers.klToManual() > 0) {
            q += regularizers.klToManual();
        }
        int at = row * actions;
        Arrays.fill(gradient, at, at + actions, (float) ((q + c * scores.entropyOffset(row)) / sum));
        Arrays.fill(slopes, at, at + actions, (float) (c / sum));
    }

    private static void combine(float[] gradient, float[] slopes, float[] exponentials, float[] shifted, int n) {
        for (int i = 0; i < n; i++) {
            gradient[i] = -exponentials[i] * (gradient[i] + slopes[i] * shifted[i]);
        }
    }

    /** What falls on single actions; nothing at all is left of rows that the member does not learn from. */
    private void finish(EncodedBatch batch, MemberRows rows, int row) {
        int at = row * actions;
        if (!rows.trains(row)) {
            Arrays.fill(gradient, at, at + actions, 0f);
            return;
        }
        gradient[at + batch.actionId[row]] += (float) coefficients[row];
        if (regularizers.klToManual() > 0) {
            gradient[at + regularizers.manualAction()] += (float) regularizers.klToManual();
        }
        if (maximized != null) {
            Softmax softmax = scores.softmax();
            maximized.addValue(row, softmax.exponentials(), softmax.sum(row), gradient);
        }
    }
}
