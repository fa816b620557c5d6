package org.drlput.common.estimate;

/** From {@code low} to {@code high}. */
public record Interval(double low, double high) {}
