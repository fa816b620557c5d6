package org.drlput.common.network;

/** The rectifier's way back. Stateless. */
final class Relu {
    /** Times the least normal float is above 1: min(1, a * this) is the step function of any normal a >= 0, branch-free. */
    private static final float STEEP = Float.MAX_VALUE;

    private Relu() {}

    /** Sets the gradient of rectified values that are 0 to 0. */
    static void backward(float[] gradient, float[] activations, int n) {
        for (int i = 0; i < n; i++) {
            gradient[i] *= Math.min(1f, activations[i] * STEEP);
        }
    }
}
