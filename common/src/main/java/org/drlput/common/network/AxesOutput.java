package org.drlput.common.network;

import java.util.Arrays;
import java.util.List;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.math.Kernels;
import org.drlput.common.tensor.Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Outputs of a grid of actions that know its axes: the one of an action is the sum, over the axes, of one linear output for each
 * level, and of a plain one if there is one. What is learned of a level holds for all actions at it. One thread.
 *
 * <p>Source: Tavakoli et al. 2018, arXiv 1711.08946 (action branching), here with one softmax over the sums.
 */
final class AxesOutput implements Output {
    private final OutputLayer axes;
    private final @Nullable OutputLayer plain;
    private final int in;
    private final int actions;
    private final int levels;
    private final int axisCount;
    /** {@code [actions, axes]}: which of all levels an action has on each axis. */
    private final int[] levelOf;
    /** {@code [rows, actions]}. */
    private final float[] values;
    /** {@code [rows, levels]}. */
    private final float[] levelGradient;

    private final float[] inputGradient;

    /**
     * @param sizes of the axes, the most significant first
     * @param weight index of the output's first tensor: the plain one's two, if there is one, then the axes'
     */
    AxesOutput(Kernels kernels, int in, List<Integer> sizes, boolean plain, int weight, int maxRows) {
        this.in = in;
        axisCount = sizes.size();
        levels = sizes.stream().mapToInt(Integer::intValue).sum();
        actions = sizes.stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
        levelOf = levelOf(sizes, actions);
        this.plain = plain ? new OutputLayer(kernels, in, actions, weight, maxRows) : null;
        axes = new OutputLayer(kernels, in, levels, weight + (plain ? 2 : 0), maxRows);
        values = this.plain == null ? new float[Math.multiplyExact(maxRows, actions)] : this.plain.values();
        levelGradient = new float[Math.multiplyExact(maxRows, levels)];
        inputGradient = new float[plain ? Math.multiplyExact(maxRows, in) : 0];
    }

    private static int[] levelOf(List<Integer> sizes, int actions) {
        int[] levelOf = new int[actions * sizes.size()];
        int stride = actions;
        int first = 0;
        for (int axis = 0; axis < sizes.size(); axis++) {
            stride /= sizes.get(axis);
            for (int action = 0; action < actions; action++) {
                levelOf[action * sizes.size() + axis] = first + action / stride % sizes.get(axis);
            }
            first += sizes.get(axis);
        }
        return levelOf;
    }

    @Override
    public float[] values() {
        return values;
    }

    @Override
    public void forward(Parameters weights, float[] x, int rows) {
        axes.forward(weights, x, rows);
        if (plain == null) {
            Arrays.fill(values, 0, rows * actions, 0f);
        } else {
            plain.forward(weights, x, rows);
        }
        float[] ofLevels = axes.values();
        for (int row = 0; row < rows; row++) {
            for (int action = 0, at = 0; action < actions; action++) {
                float sum = 0;
                for (int axis = 0; axis < axisCount; axis++) {
                    sum += ofLevels[row * levels + levelOf[at++]];
                }
                values[row * actions + action] += sum;
            }
        }
    }

    @Override
    public void backward(float[] x, float[] gradient, int rows, Contribution contribution) {
        Arrays.fill(levelGradient, 0, rows * levels, 0f);
        for (int row = 0; row < rows; row++) {
            for (int action = 0, at = 0; action < actions; action++) {
                float value = gradient[row * actions + action];
                for (int axis = 0; axis < axisCount; axis++) {
                    levelGradient[row * levels + levelOf[at++]] += value;
                }
            }
        }
        axes.backward(x, levelGradient, rows, contribution);
        if (plain != null) {
            plain.backward(x, gradient, rows, contribution);
        }
    }

    @Override
    public void backwardInput(Parameters weights, float[] gradient, int rows, int firstColumn, float[] into) {
        axes.backwardInput(weights, levelGradient, rows, firstColumn, into);
        if (plain != null) {
            plain.backwardInput(weights, gradient, rows, firstColumn, inputGradient);
            Tower.add(into, inputGradient, rows * (in - firstColumn));
        }
    }
}
