/**
 * What a policy is worth, from rows that another one logged: estimators, their intervals, and when to believe them.
 *
 * <p>{@link org.drlput.common.estimate.PolicyEvaluator} streams over blocks of logged rows and judges
 *
 * <ul>
 *   <li>one version, {@code evaluate(version, blocks)}: an {@link org.drlput.common.estimate.Evaluation}. Relative Gain over the
 *       behaviour policy is {@code estimates().get(name).relativeGain()}, over the manual setting {@code gainOverManual()};
 *   <li>two versions on the same rows, {@code compare(candidate, stable, blocks)}: a
 *       {@link org.drlput.common.estimate.Comparison}. {@code reward().gain()} is the candidate's Relative Gain over the other one,
 *       {@code reward().difference()} in units of reward, and {@code reward().first()} has the candidate's gains over the behaviour policy
 *       and the manual setting, so that a gate needs this one call. {@code by(name)} is another estimator than the headline.
 * </ul>
 *
 * <p>Both have the same for each outcome column instead of the reward ({@code outcomes()}, by the headline estimator), and for each
 * segment ({@code segments()}). All estimates of one call are of the same rows, and the correlation of what is compared is part of
 * their intervals. An {@link org.drlput.common.estimate.Estimate} that must not be believed has no value: {@code believable} is false
 * and {@code reason} says why, so a gate asks {@code believable} first and then {@code low}.
 *
 * <p>The reward model that DM and DR need is {@link org.drlput.common.estimate.RewardModel}: fitted on training rows where hold-out
 * rows are judged, cross-fitted where there are none.
 */
@NullMarked
package org.drlput.common.estimate;

import org.jspecify.annotations.NullMarked;
