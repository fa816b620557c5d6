package org.drlput.common.objective;

import java.util.Arrays;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.gradient.Metrics;

/** The gradient of outputs that predict the reward, see {@link DirectMethod}: of the logged action's alone. One thread. */
final class RegressionGradient implements OutputGradient {
    private final Objective objective;
    private final RewardScale rewards;
    private final int actions;
    private final RowScores scores;
    private final float[] gradient;

    RegressionGradient(GradientSettings settings, int actions, int maxRows) {
        objective = settings.objective();
        rewards = settings.rewards();
        this.actions = actions;
        scores = new RowScores(actions, maxRows);
        gradient = new float[Math.multiplyExact(maxRows, actions)];
    }

    /** {@code taken} does not count: each row is held against its own prediction. */
    @Override
    public float[] compute(float[] outputs, EncodedBatch batch, MemberRows rows, Predictions taken, Metrics metrics) {
        scores.compute(outputs, batch, rows, metrics);
        Arrays.fill(gradient, 0, batch.rowCount * actions, 0f);
        for (int row = 0; row < batch.rowCount; row++) {
            if (rows.trains(row)) {
                int logged = row * actions + batch.actionId[row];
                double predicted = rewards.mean() + rewards.unit() * outputs[logged];
                gradient[logged] = (float) objective.coefficient(
                        scores.importanceWeight(row), batch.propensity[row], batch.reward[row] - predicted);
            }
        }
        return gradient;
    }
}
