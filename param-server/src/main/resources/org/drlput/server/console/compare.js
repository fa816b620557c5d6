// Two versions side by side.

import {free, ties, valueBars} from "./choices.js";
import {card, empty, eyebrow, figure, h, having, note, section} from "./dom.js";
import {bySegment, estimateTable, overRows} from "./evidence.js";
import {count, interval, isNumber, percent, plural, range, valueOf} from "./text.js";

export function compare(first, second, listing) {
  return [
    {key: "hero", from: [first, second, listing.versions.map((row) => row.version)],
      draw: () => hero(first, second, listing)},
    {key: "evidence", from: [first, second], draw: () => estimates(first, second)},
    {key: "choices", from: [first, second], draw: () => chosen(first, second)},
    {key: "segments", from: [first, second], draw: () => segments(first, second)}];
}

function judged(detail) {
  return detail.evaluation && !detail.evaluation.error && detail.evaluation.rows > 0 ? detail.evaluation : null;
}

function hero(first, second, listing) {
  const [a, b] = [first.row.version, second.row.version];
  return h("header", "hero",
    eyebrow(second.experiment?.name, "two versions"),
    h("h1", "", `Version ${b} against version ${a}`),
    h("p", "lead", lead(first, second)),
    h("p", "choice",
      h("label", "", "Version", choose(listing, b, (version) => `#/compare/${a}/${version}`, "The version")),
      h("label", "", "against", choose(listing, a, (version) => `#/compare/${version}/${b}`, "The version to compare with"))),
    h("ul", "cards",
      gainCard("Relative Gain", first, second),
      shareCard("Diversity", first.evaluation?.diversity, second.evaluation?.diversity, "of requests get the most frequent action"),
      movedCard(first, second),
      sameCard(first, second)));
}

function choose(listing, chosen, href, label) {
  const numbers = new Set([...listing.versions.map((row) => row.version), chosen]);
  const select = having(h("select", "", [...numbers].sort((x, y) => y - x).map((version) => {
    const option = h("option", "", String(version));
    option.value = String(version);
    option.selected = version === chosen;
    return option;
  })), {"aria-label": label});
  select.addEventListener("change", () => {
    location.hash = href(select.value);
  });
  return select;
}

function lead(first, second) {
  const [a, b] = [interval(judged(first)?.relativeGain), interval(judged(second)?.relativeGain)];
  if (!a || !b) {
    return "Without an estimate of both nothing can be said of which one gains more.";
  }
  if (a.low > b.high || b.low > a.high) {
    const better = b.low > a.high ? second : first;
    return `Their intervals lie apart: version ${better.row.version} gains more.`;
  }
  return ["Their intervals overlap. Both were judged by the same held-out rows, so that does not mean that they are alike: ",
    h("code", "", `drlput compare ${first.row.version} ${second.row.version} --logs DIR`),
    " looks at the difference row by row."];
}

function gainCard(title, first, second) {
  const [a, b] = [judged(first)?.relativeGain, judged(second)?.relativeGain];
  const found = interval(b);
  return card(title, found ? valueOf(b) : "no estimate",
    [found ? range(b) + "; " : "", `version ${first.row.version}: `, interval(a) ? `${valueOf(a)}, ${range(a)}` : "no estimate"]);
}

function shareCard(title, a, b, what) {
  return card(title, percent(b), isNumber(a) ? `${what}; before: ${percent(a)}` : what);
}

/** The least share of requests whose greedy action is another one: half the distance of the two distributions. */
function movedCard(first, second) {
  const [a, b] = [judged(first), judged(second)];
  if (!a || !b) {
    return card("Other actions", "not known", "both have to be evaluated");
  }
  const shares = new Map(a.actions.map((one) => [one.action, -one.rows / a.rows]));
  for (const one of b.actions) {
    shares.set(one.action, (shares.get(one.action) ?? 0) + one.rows / b.rows);
  }
  const moved = [...shares.values()].reduce((sum, share) => sum + Math.abs(share), 0) / 2;
  return card("Other actions", percent(moved), "of requests, at least, get another action");
}

function sameCard(first, second) {
  const [a, b] = [first.row.manifest, second.row.manifest];
  if (!a || !b) {
    return card("Weights", "not known", "a manifest is missing");
  }
  if (a.weightsSha256 === b.weightsSha256) {
    return card("Weights", "the same", "both are the same function");
  }
  return a.run === b.run
    ? card("Apart", plural(Math.abs(b.step - a.step), "step"), "of the same run")
    : card("Apart", "two runs", a.experimentSha256 === b.experimentSha256 ? "of the same experiment"
      : "of different experiments");
}

function sides(first, second) {
  return [[first, "plain"], [second, "learned"]];
}

function estimates(first, second) {
  const rows = sides(first, second).flatMap(([detail, kind]) => judged(detail)
    ? overRows(judged(detail).estimates, (name) => [name], kind).map(([cells, estimate]) =>
      [[cells[0], cells[1], String(detail.row.version)], estimate, kind]) : []);
  // the two versions of one estimator below each other
  const order = [...new Set(rows.map(([cells]) => cells[1] + cells[0]))];
  rows.sort((x, y) => order.indexOf(x[0][1] + x[0][0]) - order.indexOf(y[0][1] + y[0][0]));
  const missing = [first, second].filter((detail) => !judged(detail)).map((detail) => detail.row.version);
  return section("evidence", "What they gain",
    missing.length > 0 ? empty(`Not evaluated: version ${missing.join(" and version ")}.`) : null,
    rows.length === 0 ? null : estimateTable(["Estimator", "Gain over", "Version"], rows));
}

function chosen(first, second) {
  const [a, b] = [judged(first), judged(second)];
  const experiment = second.experiment ?? first.experiment;
  if (!a || !b || !experiment) {
    return h("div", "");
  }
  return section("choices", "What they choose",
    note("How often each hyperparameter takes each value; the outlined one is today's manual setting." + ties(experiment)),
    h("p", "legend", h("span", "plain"), `version ${first.row.version}`, h("span", "learned"), `version ${second.row.version}`),
    h("div", "multiples", free(experiment).filter((one) => a.hyperparameters[one.name] && b.hyperparameters[one.name])
      .map((one) => h("div", "", valueBars(one, [
        {values: a.hyperparameters[one.name].values, rows: a.rows, kind: "plain"},
        {values: b.hyperparameters[one.name].values, rows: b.rows}])))));
}

function segments(first, second) {
  const [a, b] = [judged(first), judged(second)];
  if (!a || !b || a.segments.length === 0) {
    return h("div", "");
  }
  const others = new Map(b.segments.map((one) => [one.feature + "\n" + one.label, one]));
  return section("segments", "By segment", [...bySegment(a.segments)].map(([feature, all]) => figure("By " + feature,
    "Relative Gain over exploration traffic within each segment.",
    estimateTable([feature, "Version", "Rows"], all.flatMap((one) => {
      const other = others.get(one.feature + "\n" + one.label);
      return [[[one.label, String(first.row.version), count(one.rows)], one.relativeGain, "plain"],
        ...(other ? [[["", String(second.row.version), count(other.rows)], other.relativeGain, "learned"]] : [])];
    })))));
}
