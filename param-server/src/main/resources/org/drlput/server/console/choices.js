// What a version chooses: actions and hyperparameters. As in the report.

import {barChart} from "./charts.js";
import {empty, figure, h, having, section, table, versionLink} from "./dom.js";
import {count, percent, significant} from "./text.js";

const LISTED_ACTIONS = 10;

export function free(experiment) {
  return experiment.hyperparameters.filter((one) => !one.tiedTo);
}

export function ties(experiment) {
  const tied = experiment.hyperparameters.filter((one) => one.tiedTo);
  return tied.length === 0 ? "" : " " + tied.map((one) => `${one.name} follows ${one.tiedTo}`).join(", ") + ".";
}

function sameFloat(a, b) {
  return Math.fround(a) === Math.fround(b);
}

export function choices(detail, options = {}) {
  const {evaluation, experiment} = detail;
  if (!evaluation || evaluation.error || evaluation.rows === 0) {
    return null;
  }
  const title = options.named
    ? ["What version ", versionLink(detail.row.version), " chooses"]
    : "What it chooses";
  return section("choices", title, h("div", "grid",
    actions(detail),
    experiment ? hyperparameters(evaluation, experiment) : empty(
      "The experiment of this version can not be read any more, and with it the hyperparameters of its actions.")));
}

export function noChoices() {
  return section("choices", "What it chooses", empty(
    "There is no evaluated version yet. As soon as one is evaluated, its actions and hyperparameters are here."));
}

function actions(detail) {
  const {evaluation, experiment} = detail;
  const share = (rows) => rows / evaluation.rows;
  const axes = experiment ? experiment.hyperparameters.map((one, i) => [one, i]).filter(([one]) => !one.tiedTo) : [];
  const values = (action) => axes.map(([one, i]) => `${one.name} ${significant(action.values[i], 4)}`).join(", ");
  const bars = detail.actions.map((action) => ({
    share: share(action.rows),
    tip: `${percent(share(action.rows))}: action ${action.action}` + (axes.length ? ", " + values(action) : "")}));
  const taken = count(detail.actionsTaken) + (experiment ? ` of ${count(experiment.actions)}` : "");
  return figure("Actions",
    `Greedy actions on ${count(evaluation.rows)} held-out requests, most frequent first: ${taken} actions are taken.`,
    barChart(`Share of requests by action, most frequent first; the first has ${percent(bars[0]?.share ?? 0)}`,
      "actions, most frequent first", bars),
    table(["Most frequent", "of requests", ...axes.map(([one]) => one.name)],
      detail.actions.slice(0, LISTED_ACTIONS).map((action) => [
        "action " + action.action + (experiment && action.action === experiment.manualAction ? " (manual)" : ""),
        percent(share(action.rows)),
        ...axes.map(([, i]) => significant(action.values[i], 4))]), {cssClass: "words"}));
}

function hyperparameters(evaluation, experiment) {
  return figure("Hyperparameters",
    "How often each value is chosen; the outlined one is today's manual setting." + ties(experiment),
    free(experiment).map((one) => evaluation.hyperparameters[one.name]
      ? valueBars(one, [{values: evaluation.hyperparameters[one.name].values, rows: evaluation.rows}]) : null));
}

/** Bars of how often each value is taken, by one version or by two: sides: [{values, rows, kind}]. */
export function valueBars(hyperparameter, sides) {
  const values = [...new Set(sides.flatMap((side) => side.values.map((v) => v.value)))].sort((a, b) => a - b);
  const shares = sides.map((side) => values.map((value) =>
    (side.values.find((v) => v.value === value)?.rows ?? 0) / side.rows));
  const most = Math.max(...shares.flat());
  const rows = values.flatMap((value, i) => sides.map((side, k) => {
    const manual = sameFloat(value, hyperparameter.production);
    const name = k === 0 ? significant(value, 4) + (manual ? " (manual)" : "") : "";
    const bar = h("span", side.kind ?? "");
    bar.style.width = Math.round(100 * shares[k][i] / most) + "%";
    return h("tr", (manual ? "manual " : "") + (k === 0 ? "first" : "second"),
      k === 0 ? having(h("th", "", name), {scope: "row", rowspan: sides.length}) : null,
      h("td", "barcell", bar),
      h("td", "n", percent(shares[k][i])));
  }));
  return h("table", "bars", h("caption", "", hyperparameter.name), h("tbody", "", rows));
}
