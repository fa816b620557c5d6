package org.drlput.common.estimate;

/**
 * How much of a policy lies on each action, over some rows, and what its importance weights are to be expected to be. Mutable; one
 * thread.
 */
final class Support {
    private final double[] mass;
    private long rows;
    /** Σ w. */
    private double weight;
    /** Σ w² Σ_a π(a|s)². */
    private double squares;

    Support(int actions) {
        mass = new double[actions];
    }

    /** A row where the policy takes this action. */
    void add(double rowWeight, int actionId) {
        mass[actionId]++;
        weigh(rowWeight, 1);
    }

    /** A row where it draws from these probabilities. */
    void add(double rowWeight, float[] probabilities, int from) {
        double sum = 0;
        for (int a = 0; a < mass.length; a++) {
            double probability = probabilities[from + a];
            mass[a] += probability;
            sum += probability * probability;
        }
        weigh(rowWeight, sum);
    }

    private void weigh(double rowWeight, double concentration) {
        rows++;
        weight += rowWeight;
        squares += rowWeight * rowWeight * concentration;
    }

    /** Share of the rows that lies on actions which were never logged; 0 without rows. */
    double unsupported(long[] logged) {
        double sum = 0;
        for (int a = 0; a < mass.length; a++) {
            sum += logged[a] == 0 ? mass[a] : 0;
        }
        return rows == 0 ? 0 : sum / rows;
    }

    /**
     * The effective sample size that such rows have, on average, if their actions are drawn uniformly: {@code (Σ w)² / Σ w² K Σ_a
     * π(a|s)²}, of a greedy policy n / K. It does not depend on which actions were drawn.
     */
    double expectedSampleSize() {
        return rows == 0 ? 0 : weight * weight / (mass.length * squares);
    }
}
