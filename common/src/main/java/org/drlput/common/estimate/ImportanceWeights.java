package org.drlput.common.estimate;

/** What the importance weights of one policy on logged rows say about its estimates. Mutable; one thread. */
final class ImportanceWeights {
    private long matchedRows;
    private long rewardedRows;
    private double largest;
    private double sum;
    private double squareSum;
    /** What rounding lost of the two sums. Source: Neumaier 1974, ZAMM 54. */
    private double lost;

    private double squareLost;

    /** Adds a row with ρ = {@code weight}. */
    void add(double weight, double reward) {
        if (weight == 0) {
            return;
        }
        matchedRows++;
        rewardedRows += reward != 0 ? 1 : 0;
        largest = Math.max(largest, weight);
        double next = sum + weight;
        lost += sum >= weight ? sum - next + weight : weight - next + sum;
        sum = next;
        double square = weight * weight;
        double nextSquare = squareSum + square;
        squareLost += squareSum >= square ? squareSum - nextSquare + square : square - nextSquare + squareSum;
        squareSum = nextSquare;
    }

    long matchedRows() {
        return matchedRows;
    }

    long rewardedRows() {
        return rewardedRows;
    }

    double largest() {
        return largest;
    }

    /** (Σρ)² / Σρ²; 0 where no row matches. Source: Kong 1992. */
    double effectiveSampleSize() {
        double total = sum + lost;
        return matchedRows == 0 ? 0 : total * total / (squareSum + squareLost);
    }
}
