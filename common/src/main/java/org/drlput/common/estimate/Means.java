package org.drlput.common.estimate;

/** Means of the columns of logged rows: of the rows themselves, or of a resample of them. */
interface Means {
    int width();

    double mean(int column);
}
