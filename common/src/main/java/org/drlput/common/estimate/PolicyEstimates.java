package org.drlput.common.estimate;

/**
 * What one estimator says of a policy, all on the same rows: their correlation is part of the intervals.
 *
 * @param value of the policy, in units of reward (or of the outcome that is judged)
 * @param relativeGain {@code (V - V(behaviour)) / |V(behaviour)|}, V(behaviour) being the mean reward of the same rows
 * @param manualValue of always taking the manual setting, by the same estimator
 * @param gainOverManual {@code (V - V(manual)) / |V(manual)|}
 */
public record PolicyEstimates(Estimate value, Estimate relativeGain, Estimate manualValue, Estimate gainOverManual) {}
