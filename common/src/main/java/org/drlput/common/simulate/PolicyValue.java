package org.drlput.common.simulate;

/** A true value, or a difference of two, in units of reward, with its standard error over the drawn states. */
public record PolicyValue(double value, double standardError) {}
