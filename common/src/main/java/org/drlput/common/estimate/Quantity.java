package org.drlput.common.estimate;

/** What is estimated, as a function of the means of the rows' columns. */
interface Quantity {
    Linearized of(Means means);
}
