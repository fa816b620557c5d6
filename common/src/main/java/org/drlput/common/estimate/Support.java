package org.drlput.common.estimate;

/** How much of a policy lies on each action, over some rows. Mutable; one thread. */
final class Support {
    private final double[] mass;
    private long rows;

    Support(int actions) {
        mass = new double[actions];
    }

    /** A row where the policy takes this action. */
    void add(int actionId) {
        mass[actionId]++;
        rows++;
    }

    /** A row where it draws from these probabilities. */
    void add(float[] probabilities, int from) {
        for (int a = 0; a < mass.length; a++) {
            mass[a] += probabilities[from + a];
        }
        rows++;
    }

    /** Share of the rows that lies on actions which were never logged; 0 without rows. */
    double unsupported(long[] logged) {
        double sum = 0;
        for (int a = 0; a < mass.length; a++) {
            sum += logged[a] == 0 ? mass[a] : 0;
        }
        return rows == 0 ? 0 : sum / rows;
    }
}
