// Aliases, their history, and the gate's decisions with the evidence that they stand on.

import {forest} from "./charts.js";
import {chip, empty, facts, folded, h, note, section, table, versionLink} from "./dom.js";
import {count, interval, percent, plural, range, reason, significant, valueOf, when, whole} from "./text.js";

const VERDICTS = {
  promote: ["promoted", "good"], hold: ["held", "bad"], advise: ["would pass", "good"], force: ["forced", "warn"],
  rollback: ["rolled back", "warn"], set: ["moved", ""], pin: ["pinned", ""], unpin: ["unpinned", ""],
  delete: ["deleted", "warn"], retire: ["retired", ""]};
const BASELINES = {behaviour: "exploration traffic", manual: "the manual setting"};
const SHOWN = 12;

function verdict(entry) {
  const [word, kind] = VERDICTS[entry.action] ?? [entry.action, ""];
  return chip(word, kind);
}

function place(version) {
  return version === null ? h("span", "muted", "nowhere") : versionLink(version);
}

/** Those that the gate was asked for, and those that went past it. */
function decided(entry) {
  return ["promote", "hold", "advise", "force", "rollback"].includes(entry.action);
}

export function decisions(ledger) {
  const all = ledger.entries.filter(decided);
  const newest = all.find((entry) => entry.evidence);
  return section("decisions", "What the gate decided",
    ledger.problem ? h("p", "alarm", ledger.problem) : null,
    all.length === 0
      ? empty(ledger.problem ? "" : "The gate has not been asked yet. A version becomes stable by ",
        ledger.problem ? "" : h("code", "", "drlput versions promote VERSION"),
        ledger.problem ? "" : ": what the gate found, and why it let a version pass or held it, is then here.")
      : [note("Newest first. A held version changes nothing; a forced one went past the gate, by somebody who said why."),
        all.slice(0, SHOWN).map((entry) => decision(entry, entry === newest)),
        ledger.older > 0 ? note(`The audit trail has ${plural(ledger.older, "older entry", "older entries")} besides.`) : null,
        all.length > SHOWN ? folded("older", plural(all.length - SHOWN, "older decision"),
          all.slice(SHOWN).map((entry) => decision(entry))) : null]);
}

export function decision(entry, unfolded) {
  const evidence = entry.evidence;
  const block = h("article", "decision",
    h("p", "decision-head", verdict(entry),
      h("span", "strong", entry.version === null ? "" : ["version ", versionLink(entry.version)]),
      entry.from !== entry.to ? h("span", "move", entry.alias, ": ", place(entry.from), " → ", place(entry.to)) : null,
      h("span", "muted", `${when(entry.time)}, by ${entry.actor}`)),
    h("p", "reason", whole(entry.reason) || "No reason was given."));
  if (evidence && evidence.problem) {
    block.append(h("p", "alarm", evidence.problem));
  } else if (evidence) {
    const details = folded("decision-" + entry.sequence, "The evidence", evidenceOf(evidence));
    details.open = Boolean(unfolded);
    block.append(details);
  }
  return block;
}

function baselineName(baseline, evidence) {
  return BASELINES[baseline] ?? `stable, version ${evidence.stable}`;
}

/** A source that tells its rows tells them once. */
function judgedBy({rows, source}) {
  return source.startsWith(count(rows) + " rows") ? source : `${count(rows)} rows: ${source}`;
}

function evidenceOf(evidence) {
  const comparisons = (evidence.comparisons ?? []).map((one) =>
    ["gain over " + baselineName(one.baseline, evidence), one.gain]);
  const guarded = (evidence.guardrails ?? []).map((one) => [
    (one.outcome ?? "reward") + (one.segment ? `, ${one.segment} ${one.label}` : "")
      + " against " + baselineName(one.baseline, evidence), one.change]);
  const draw = forest([...comparisons, ...guarded].map((one) => one[1]));
  const top = Object.entries(evidence.topHyperparameters ?? {}).map(([name, value]) => `${name} ${significant(value, 4)}`);
  return [
    table(["", "Estimate", "95 % interval", "", "Effective sample", "Rewarded"],
      [...comparisons, ...guarded].map(([name, estimate]) => [name,
        h("span", "strong", valueOf(estimate)),
        interval(estimate) ? h("span", "nowrap", range(estimate)) : h("span", "muted why", reason(estimate)),
        draw(estimate),
        significant(estimate.effectiveSampleSize, 4),
        count(estimate.rewardedRows)]), {left: 4, cssClass: "evidence"}),
    facts([
      ["Judged by", judgedBy(evidence)],
      ["Diversity", evidence.diversity === null ? "not known"
        : percent(evidence.diversity) + " get " + (top.length ? top.join(", ") : "action " + evidence.topAction)],
      ["Weights", evidence.weightsSha256]])];
}

/** Where each alias stands, since when and why; then all its moves. */
export function aliases(ledger) {
  const names = ledger.aliases.map((alias) => {
    const last = ledger.entries.find((entry) => entry.alias === alias.name && entry.to === alias.version
      && entry.from !== entry.to);
    return h("li", "", h("strong", "", alias.name), versionLink(alias.version),
      h("span", "muted", last ? `since ${when(last.time)}, by ${last.actor}`
        : alias.name === "latest" ? "the newest version, by itself" : ""),
      last ? h("span", "reason", whole(last.reason)) : null);
  });
  const moves = ledger.entries.filter((entry) => entry.alias && entry.from !== entry.to);
  const pins = ledger.pins.map((pin) => [versionLink(pin.version), pin.actor, when(pin.time), pin.reason]);
  return [
    h("h3", "", "Aliases"),
    names.length === 0
      ? empty("No version has a name yet. ", h("code", "", "stable"), " is given by the gate.")
      : h("ul", "aliases", names),
    moves.length > 0 ? folded("alias-history", "All moves: " + count(moves.length), history(moves)) : null,
    pins.length > 0 ? folded("pins", plural(pins.length, "pinned version"),
      table(["Version", "By", "Since", "Why"], pins, {left: 4, cssClass: "words"})) : null];
}

/** Entries of the audit trail as a table. */
export function history(entries) {
  return table(["When", "What", "Alias", "From", "To", "By", "Why"], entries.map((entry) => [
    h("span", "nowrap", when(entry.time)), verdict(entry), entry.alias ?? "", entry.alias ? place(entry.from) : "",
    entry.alias ? place(entry.to) : "", entry.actor, h("span", "reason", whole(entry.reason))]), {left: 7, cssClass: "words"});
}
