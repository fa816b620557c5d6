package org.drlput.common.network;

import org.drlput.common.math.Columns;
import org.drlput.common.math.Tile;

/**
 * Batch normalization of a layer's units, scale, shift and ReLU: {@code a = max(0, γ n + β)} with
 * {@code n = (x - mean) / sqrt(variance + ε)}; and back. Mean and population variance are the batch's own in training, the running
 * ones in inference. One thread.
 *
 * <p>Source: Ioffe and Szegedy 2015, arXiv 1502.03167, algorithm 1 and section 3.
 */
final class BatchNorm {
    private static final double EPSILON = 1e-5;

    private final int units;
    private final Columns columns;
    private final Tile.Shape shape;
    private final double[] sums;
    private final double[] products;
    private final float[] vector;
    private final float[] inverse;
    private final Tile x;
    private final Tile y;
    private final Tile first;
    private final Tile second;
    private final Tile third;
    private final Tile fourth;

    BatchNorm(int units) {
        this.units = units;
        columns = new Columns(units);
        shape = Tile.Shape.of(units);
        sums = new double[units];
        products = new double[units];
        vector = new float[units];
        inverse = new float[units];
        x = new Tile(shape);
        y = new Tile(shape);
        first = new Tile(shape);
        second = new Tile(shape);
        third = new Tile(shape);
        fourth = new Tile(shape);
    }

    /**
     * {@code values[rows, units]}, x on entry, becomes n; {@code activations} a. {@code statistics[units, 2]} becomes the sums of x
     * and of x squared.
     */
    void forward(float[] values, float[] activations, int rows, float[] gamma, float[] beta, float[] statistics) {
        columns.shiftedMoments(values, rows, sums, products);
        for (int j = 0; j < units; j++) {
            double shift = values[j];
            double deviation = sums[j] / rows;
            double variance = Math.max(0, products[j] / rows - deviation * deviation);
            vector[j] = (float) (shift + deviation);
            inverse[j] = (float) (1 / Math.sqrt(variance + EPSILON));
            statistics[2 * j] = (float) (sums[j] + rows * shift);
            statistics[2 * j + 1] = (float) (products[j] + 2 * shift * sums[j] + rows * shift * shift);
        }
        normalize(values, activations, rows, gamma, beta);
    }

    /** As {@link #forward}, with the running {@code statistics[units, 2]}: mean and variance. */
    void infer(float[] values, float[] activations, int rows, float[] gamma, float[] beta, float[] statistics) {
        running(statistics, vector, inverse);
        normalize(values, activations, rows, gamma, beta);
    }

    /** From running {@code statistics[units, 2]} to the means and the inverse deviations. */
    static void running(float[] statistics, float[] mean, float[] inverse) {
        for (int j = 0; j < mean.length; j++) {
            mean[j] = statistics[2 * j];
            inverse[j] = (float) (1 / Math.sqrt(Math.max(0, statistics[2 * j + 1]) + EPSILON));
        }
    }

    private void normalize(float[] values, float[] activations, int rows, float[] gamma, float[] beta) {
        float[] means = first.repeat(vector);
        float[] inverses = second.repeat(inverse);
        float[] gammas = third.repeat(gamma);
        float[] betas = fourth.repeat(beta);
        for (int row = 0; row < rows; row += shape.rows()) {
            int size = shape.size(row, rows);
            normalizeTile(x.load(values, row, size), y.values(), size, means, inverses, gammas, betas);
            x.store(values, row, size);
            y.store(activations, row, size);
        }
    }

    /** {@code x[0, n)} becomes normalized, {@code a} what comes out of the layer. */
    static void normalizeTile(float[] x, float[] a, int n, float[] mean, float[] inverse, float[] gamma, float[] beta) {
        for (int i = 0; i < n; i++) {
            float value = (x[i] - mean[i]) * inverse[i];
            x[i] = value;
            a[i] = Math.max(0f, value * gamma[i] + beta[i]);
        }
    }

    /**
     * The gradient of the activations of the last {@link #forward}, {@code [rows, units]}, becomes the one of x; writes those of γ
     * and β. {@code normalized} and {@code activations} are what forward left.
     */
    void backward(
            float[] gradient,
            float[] normalized,
            float[] activations,
            int rows,
            float[] gamma,
            float[] gammaGradient,
            float[] betaGradient) {
        columns.gatedSumAndProduct(gradient, activations, normalized, rows, sums, products);
        for (int j = 0; j < units; j++) {
            betaGradient[j] = (float) sums[j];
            gammaGradient[j] = (float) products[j];
        }
        float[] scales = second.repeat(scaled(gamma, inverse));
        float[] means = first.repeat(mean(sums, rows));
        float[] meanProducts = third.repeat(mean(products, rows));
        for (int row = 0; row < rows; row += shape.rows()) {
            int size = shape.size(row, rows);
            denormalizeTile(
                    x.load(gradient, row, size), y.load(normalized, row, size), size, scales, means, meanProducts);
            x.store(gradient, row, size);
        }
    }

    private float[] scaled(float[] gamma, float[] inverse) {
        for (int j = 0; j < units; j++) {
            vector[j] = gamma[j] * inverse[j];
        }
        return vector;
    }

    private float[] mean(double[] sums, int rows) {
        for (int j = 0; j < units; j++) {
            vector[j] = (float) (sums[j] / rows);
        }
        return vector;
    }

    private static void denormalizeTile(
            float[] gradient, float[] normalized, int n, float[] scale, float[] mean, float[] meanProduct) {
        for (int i = 0; i < n; i++) {
            gradient[i] = scale[i] * (gradient[i] - mean[i] - normalized[i] * meanProduct[i]);
        }
    }
}
