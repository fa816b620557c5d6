// How sure a gain is: estimators side by side, and by segment. As in the report.

import {forest} from "./charts.js";
import {empty, h, note, section, table} from "./dom.js";
import {count, interval, range, reason, significant, valueOf} from "./text.js";

const TAIL = ["Effective sample", "Matched rows", "Rewarded", "Largest weight"];

/** Cells of one estimate, drawn on a scale that it shares with others. */
export function estimateCells(estimate, draw, kind) {
  const found = interval(estimate);
  return [
    h("span", "strong", valueOf(estimate)),
    found ? h("span", "nowrap", range(found)) : h("span", "muted why", reason(estimate)),
    draw(estimate, kind),
    significant(estimate.effectiveSampleSize, 4),
    count(estimate.matchedRows),
    count(estimate.rewardedRows),
    significant(estimate.largestWeight, 4)];
}

/** A table of estimates; rows: [[leading cells], estimate, kind]. */
export function estimateTable(leading, rows) {
  const draw = forest(rows.map((row) => row[1]));
  return table([...leading, "Estimate", "95 % interval", "", ...TAIL],
    rows.map(([cells, estimate, kind]) => [...cells, ...estimateCells(estimate, draw, kind)]),
    {left: leading.length + 3, cssClass: "evidence"});
}

/** What stands beside each estimator's name in the rows of a table. */
export function overRows(estimates, label = (name) => [name], kind) {
  const rows = [];
  for (const [key, over] of [["relativeGain", "exploration traffic"], ["gainOverManual", "the manual setting"]]) {
    for (const [name, all] of Object.entries(estimates)) {
      if (all[key]) {
        rows.push([[...label(name.toUpperCase()), over], all[key], kind]);
      }
    }
  }
  return rows;
}

export function bySegment(segments) {
  const all = new Map();
  for (const segment of segments) {
    all.set(segment.feature, [...(all.get(segment.feature) ?? []), segment]);
  }
  return all;
}

export function evidence(detail) {
  const {evaluation, experiment} = detail;
  if (!evaluation || evaluation.error || evaluation.rows === 0) {
    return section("evidence", "How sure is that?", empty(evaluation ? evaluation.error || "There was no row to judge by."
      : "This version has no evaluation yet. The evaluation operator writes one for each version, once."));
  }
  const floors = experiment ? ` An estimate counts if its effective sample size is at least ${
    significant(experiment.minEffectiveSampleSize, 4)} and at least ${count(experiment.minRewardedRows)
  } matched rows have a reward.` : "";
  return section("evidence", "How sure is that?",
    h("h3", "", "Estimators side by side"),
    note(`On ${count(evaluation.rows)} held-out requests.` + floors),
    estimateTable(["Estimator", "Gain over"], overRows(evaluation.estimates)),
    [...bySegment(evaluation.segments)].map(([feature, segments]) => [
      h("h3", "wide-title", "By " + feature),
      note("Relative Gain over exploration traffic within each segment. A segment has few of the rows: its interval is wide."),
      estimateTable([feature, "Rows"], segments.map((one) => [[one.label, count(one.rows)], one.relativeGain]))]));
}
