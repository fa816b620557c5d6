// One version: what it is, what is said of it, who moved it where.

import {choices} from "./choices.js";
import {decision, history} from "./decisions.js";
import {card, empty, eyebrow, facts, folded, h, link, section, table, versionLink} from "./dom.js";
import {evidence} from "./evidence.js";
import {namesOf} from "./overview.js";
import {bytes, count, interval, isNumber, percent, plural, range, reason, valueOf, when} from "./text.js";

export function version(detail, ledger, listing) {
  const about = ledger.entries.filter((entry) =>
    entry.version === detail.row.version || entry.from === detail.row.version || entry.to === detail.row.version);
  return [
    {key: "hero", from: [detail, ledger], draw: () => hero(detail, ledger, listing)},
    {key: "evidence", from: [detail], draw: () => evidence(detail)},
    {key: "choices", from: [detail], draw: () => choices(detail) ?? h("div", "")},
    {key: "decisions", from: [about], draw: () => trail(about)},
    {key: "manifest", from: [detail.row], draw: () => manifest(detail.row)}];
}

function hero(detail, ledger, listing) {
  const {row, experiment, evaluation} = detail;
  const earlier = listing.versions.filter((one) => one.version < row.version).at(-1);
  const later = listing.versions.find((one) => one.version > row.version);
  return h("header", "hero",
    eyebrow(experiment?.name, row.manifest ? "run " + row.manifest.run : null,
      row.publishedMillis === null ? null : when(row.publishedMillis)),
    h("h1", "", "Version " + row.version, " ", h("span", "names", namesOf(row.version, ledger))),
    h("p", "lead", lead(row)),
    row.problem ? h("p", "alarm", row.problem) : null,
    h("ul", "cards", gainCard("Relative Gain", evaluation?.relativeGain),
      gainCard("Over the manual setting", row.evaluation?.gainOverManual),
      diversityCard(evaluation, experiment),
      card("Judged by", evaluation && !evaluation.error ? plural(evaluation.rows, "row") : "nothing yet",
        evaluation && !evaluation.error ? `held out, ${evaluation.policy} policy` : "there is no evaluation")),
    h("p", "links", earlier ? link("#/version/" + earlier.version, "← " + earlier.version) : null,
      later ? link("#/version/" + later.version, later.version + " →") : null,
      compareLinks(row, earlier, ledger)));
}

function compareLinks(row, earlier, ledger) {
  const stable = ledger.aliases.find((alias) => alias.name === "stable");
  return [
    stable && stable.version !== row.version
      ? link(`#/compare/${stable.version}/${row.version}`, `compare with stable, ${stable.version}`) : null,
    earlier && earlier.version !== stable?.version
      ? link(`#/compare/${earlier.version}/${row.version}`, `compare with ${earlier.version}`) : null];
}

function lead(row) {
  const {manifest} = row;
  if (!row.kept) {
    return "It was removed; its evaluation stays.";
  }
  if (!manifest) {
    return "Its manifest can not be read: ad servers refuse it.";
  }
  const after = `The weights after ${plural(manifest.step, "update")} and ${count(manifest.rows.trained)} rows`;
  return manifest.parent === null ? after + "." : [after + ", grown from version ", versionLink(manifest.parent), "."];
}

function gainCard(title, estimate) {
  const found = interval(estimate);
  return card(title, found ? valueOf(found) : "no estimate",
    found ? "95 % interval " + range(found) : estimate ? reason(estimate) : "it has not been judged",
    found && found.low > 0 ? "good" : found && found.high < 0 ? "bad" : "");
}

function diversityCard(evaluation, experiment) {
  const diversity = evaluation?.diversity;
  if (!isNumber(diversity)) {
    return card("Diversity", "none", "it has not been judged");
  }
  const fine = diversity <= (experiment?.maxDiversity ?? 1);
  return card("Diversity", percent(diversity), fine ? "of requests get the most frequent action"
    : "the state is all but ignored", fine ? "" : "bad");
}

function trail(about) {
  const decided = about.filter((entry) => entry.evidence);
  return section("decisions", "What was done with it",
    about.length === 0 ? empty("Nobody has given it a name, and the gate has not been asked about it.")
      : [decided.map((entry) => decision(entry, entry === decided[0])),
        decided.length > 0 ? folded("trail", "All entries of the audit trail", history(about)) : history(about)]);
}

function manifest(row) {
  const {manifest: m} = row;
  if (!m) {
    return h("div", "");
  }
  return section("manifest", "What it is made of",
    facts([
      ["Run", m.run], ["Generation", count(m.generation)],
      ["Checkpoint", m.checkpoint === null ? "not known" : count(m.checkpoint)],
      ["Rows", `${count(m.rows.trained)} trained, ${count(m.rows.heldOut)} held out, ${count(m.rows.rejected)} rejected`],
      ["Kernel", m.kernel], ["Software", m.software],
      ["SHA-256 of the weights", h("code", "", m.weightsSha256)],
      ["SHA-256 of the experiment", h("code", "", m.experimentSha256)]]),
    folded("files", plural(m.files.length, "file"), table(["File", "Size", "SHA-256"],
      m.files.map((file) => [file.name, bytes(file.bytes), h("code", "", file.sha256)]))));
}

export function missing(number, message) {
  return [{key: "hero", from: [number, message], draw: () => h("header", "hero",
    h("h1", "", "There is no version " + number), h("p", "lead", message),
    h("p", "links", link("#versions", "All versions")))}];
}

