// The first page: the run that goes on, how it learns, what it chooses, versions, decisions, shards.

import {lineChart, thinned} from "./charts.js";
import {choices, noChoices} from "./choices.js";
import {aliases, decisions} from "./decisions.js";
import {behind, card, chip, empty, eyebrow, figure, folded, h, having, link, note, section, table, versionLink}
  from "./dom.js";
import {shards} from "./shards.js";
import {compact, count, gainTick, interval, isNumber, percent, plural, range, reason, significant, valueOf, when}
  from "./text.js";

const LISTED_VERSIONS = 12;
/** Progressive reward is over so many moments. */
const WINDOW = 5;

/** Blocks of the page: each with what it is drawn from, so that it is drawn again only when that is another one. */
export function overview(state) {
  const {live, versions, ledger, newest, chosen} = state;
  const health = live.health;
  const runs = runsOf(versions, health.run);
  const run = runs.find((one) => one.key === chosen) ?? runs.at(-1);
  return [
    {key: "hero", from: [health.run, health.shards, versions.versions.length, lastJudged(run), stableOf(ledger)],
      draw: () => hero(live, versions, ledger, run)},
    {key: "learning", from: [run, runs.map((one) => one.key), health.progress, state.chosen],
      draw: () => learning(run, runs, health, state)},
    {key: "choices", from: [newest], draw: () => newest ? choices(newest, {named: true}) ?? noChoices() : noChoices()},
    {key: "versions", from: [versions, ledger], draw: () => versionsSection(versions, ledger)},
    {key: "decisions", from: [ledger], draw: () => decisions(ledger)},
    {key: "shards", from: [health.shards, health.askedMillis], draw: () => shards(health)}];
}

/** Versions by the run that they are of, oldest run first: a run's versions are its base + step. */
function runsOf(listing, now) {
  const runs = new Map();
  const run = (base) => {
    if (!runs.has(base)) {
      runs.set(base, {key: String(base), base, name: null, experiment: null, rows: []});
    }
    return runs.get(base);
  };
  for (const row of listing.versions) {
    // one that was removed before it was judged says nothing of its step
    if (row.step === null || (!row.manifest && row.evaluation?.error)) {
      continue;
    }
    const one = run(row.version - row.step);
    one.rows.push(row);
    if (row.manifest) {
      one.name = row.manifest.run;
      one.experiment = listing.experiments[row.manifest.experimentSha256] ?? null;
    }
  }
  if (now) {
    run(now.baseVersion).name = now.run;
  }
  return [...runs.values()].sort((a, b) => a.base - b.base);
}

function judged(run) {
  return run ? run.rows.filter((row) => row.evaluation && !row.evaluation.error) : [];
}

function lastJudged(run) {
  return judged(run).at(-1) ?? null;
}

function stableOf(ledger) {
  return ledger.aliases.find((alias) => alias.name === "stable") ?? null;
}

// The head

const TITLES = {
  OPENED: (run) => `A run is open at step ${count(run.step)} of ${count(run.totalSteps)}`,
  TRAINING: (run) => `Training: step ${count(run.step)} of ${count(run.totalSteps)}`,
  WAITING: (run) => `Waiting at step ${count(run.step)} of ${count(run.totalSteps)}`,
  FAILED: (run) => `The run can not go on after step ${count(run.step)}`,
  ENDED: (run) => `All ${count(run.totalSteps)} steps are done`};

function title(live, versions) {
  const {run, shards: all} = live.health;
  if (run) {
    return TITLES[run.state](run);
  }
  if (all.length > 0 && all.every((shard) => shard.error)) {
    return "No shard answers";
  }
  return versions.versions.length > 0 ? "No run is going on" : "Nothing has been trained here yet";
}

function lead(live, versions) {
  const {run, shards: all} = live.health;
  if (run && run.state === "FAILED") {
    return all.map((shard) => shard.failure).find((text) => text);
  }
  if (run && run.state === "WAITING") {
    return "No step came for half a minute: the job reads, restores from a checkpoint, or is gone. Its own log says which.";
  }
  if (run) {
    return `${plural(run.published, "version")} published, ${count(run.evaluated)} of them evaluated.`;
  }
  if (versions.versions.length > 0) {
    return `${plural(versions.versions.filter((row) => row.kept).length, "version")} are kept in ${live.data}. `
      + "A run that begins on these shards is followed here.";
  }
  return all.find((shard) => shard.error)?.error ?? "A run that trains on these shards is followed here.";
}

function hero(live, versions, ledger, run) {
  const now = live.health.run;
  const last = lastJudged(run);
  const progress = now && now.totalSteps > 0 ? h("div", "progress", h("span")) : null;
  if (progress) {
    progress.firstChild.style.width = 100 * Math.min(1, now.step / now.totalSteps) + "%";
    having(progress, {role: "progressbar", "aria-valuemin": 0, "aria-valuemax": now.totalSteps, "aria-valuenow": now.step,
      "aria-label": "Steps"});
  }
  return h("header", "hero",
    eyebrow(run?.experiment?.name, now ? "run " + now.run : null, now ? "generation " + count(now.generation) : null),
    h("h1", "", title(live, versions)),
    h("p", "lead", lead(live, versions)),
    progress,
    h("ul", "cards", speedCard(now), gainCard(last), diversityCard(last, run), stableCard(ledger, versions)));
}

function speedCard(now) {
  if (!now) {
    return card("Training", "idle", "no shard is open for a run");
  }
  const rows = `${count(now.rows)} rows trained`;
  return now.state === "TRAINING" && isNumber(now.rowsPerSecond)
    ? card("Training", count(Number(now.rowsPerSecond.toPrecision(3))) + " rows/s", rows)
    : card("Training", now.state.toLowerCase(), rows, now.state === "FAILED" ? "bad" : "");
}

function gainCard(last) {
  if (!last) {
    return card("Relative Gain", "no estimate", "no version has been evaluated yet");
  }
  const estimate = last.evaluation.relativeGain;
  const found = interval(estimate);
  return card("Relative Gain", valueOf(estimate), ["version ", versionLink(last.version), ": ",
    found ? range(found) + " over exploration traffic" : reason(estimate)],
  found && found.low > 0 ? "good" : found && found.high < 0 ? "bad" : "");
}

function diversityCard(last, run) {
  const diversity = last?.evaluation.diversity;
  if (!isNumber(diversity)) {
    return card("Diversity", "none", "no version has been evaluated yet");
  }
  const most = run.experiment?.maxDiversity ?? 1;
  return card("Diversity", percent(diversity), diversity <= most ? "of requests get the most frequent action"
    : "the state is all but ignored", diversity <= most ? "" : "bad");
}

function stableCard(ledger, versions) {
  const stable = stableOf(ledger);
  if (!stable) {
    return card("Stable", "none", "no version has passed the gate; ad servers fall back to the manual setting");
  }
  const row = versions.versions.find((one) => one.version === stable.version);
  const estimate = row?.evaluation?.relativeGain;
  return card("Stable", versionLink(stable.version),
    interval(estimate) ? `${valueOf(estimate)}, ${range(estimate)} over exploration traffic` : "what ad servers follow");
}

// How it learns

function learning(run, runs, health, state) {
  const nothing = "No version has been evaluated yet. Each one appears here with its interval as soon as it is.";
  const rows = judged(run);
  const own = run && health.run && run.base === health.run.baseVersion;
  return section("learning", "How it learns",
    runs.length > 1 ? runChoice(run, runs, state) : null,
    figure("Relative Gain over exploration traffic", rows.length ? "By version, with its 95 % interval; the same over the manual setting beside it." : "",
      rows.length ? [lineChart(gainChart(run, rows)), gainNumbers(rows)] : empty(nothing)),
    h("div", "grid spaced", progressive(own ? health.progress : []), diversity(run, rows)));
}

function runChoice(run, runs, state) {
  const select = having(h("select", "", runs.map((one) => {
    const option = h("option", "", `${one.name ?? "run"}, versions from ${count(one.base)}`);
    option.value = one.key;
    option.selected = one.key === run.key;
    return option;
  })), {"aria-label": "Run"});
  select.addEventListener("change", () => state.choose(select.value));
  return h("p", "choice", h("label", "", "Run", select));
}

function gainChart(run, rows) {
  const shown = thinned(rows);
  const manual = shown.map((row) => row.evaluation.gainOverManual);
  const point = (row, estimate, over) => {
    const found = interval(estimate) ?? {value: null, low: null, high: null};
    return {x: row.step, y: found.value, low: found.low, high: found.high,
      tip: `version ${row.version}: ${valueOf(estimate)} (${range(found)}) over ${over}`};
  };
  const least = run.experiment?.minRelativeGain;
  return {
    label: "Relative Gain by step, estimate with 95 % interval", xTitle: "step", xText: compact, yText: gainTick,
    series: [
      ...(manual.some(interval) ? [{name: "over manual", kind: "plain",
        points: shown.map((row, i) => point(row, manual[i], "the manual setting"))}] : []),
      {name: "estimate", kind: "learned", points: shown.map((row) => point(row, row.evaluation.relativeGain,
        "exploration traffic"))}],
    references: isNumber(least) && least > 0 ? [{name: "gate", kind: "truth", y: least}] : [],
    fromZero: true, full: true};
}

function rangeOf(estimate) {
  return interval(estimate) ? range(estimate) : "";
}

function gainNumbers(rows) {
  return behind("gain-numbers",
    ["Version", "Step", "Relative Gain", "95 % interval", "over manual", "95 % interval", "effective sample", "Diversity"],
    [...rows].reverse().map((row) => {
      const {relativeGain, gainOverManual} = row.evaluation;
      return [versionLink(row.version), count(row.step), valueOf(relativeGain), rangeOf(relativeGain),
        valueOf(gainOverManual), rangeOf(gainOverManual),
        significant(relativeGain.effectiveSampleSize, 3), percent(row.evaluation.diversity)];
    }));
}

function progressive(progress) {
  const policy = [];
  const logged = [];
  for (let i = 1; i < progress.length; i++) {
    const now = progress[i];
    const before = progress[Math.max(0, i - WINDOW)];
    const weights = now.weightSum - before.weightSum;
    const rows = now.rows - before.rows;
    if (weights > 0 && rows > 0) {
      const reward = (now.weightedRewardSum - before.weightedRewardSum) / weights;
      const mean = (now.rewardSum - before.rewardSum) / rows;
      policy.push({x: now.step, y: reward, tip: `step ${now.step}: ${significant(reward, 4)}`});
      logged.push({x: now.step, y: mean, tip: `step ${now.step}: ${significant(mean, 4)}`});
    }
  }
  return figure("Progressive reward",
    "Reward of the policy's choices, drawn from its probabilities, on rows before they were trained on.",
    policy.length < 2
      ? empty("Drawn while a run trains, from the moment that this console first sees it.")
      : lineChart({label: "Progressive reward by step, of the policy and of the logs", xTitle: "step", xText: compact,
        yText: (y) => significant(y, 3), series: [{name: "policy", kind: "learned", points: thinned(policy)},
          {name: "logs", kind: "plain", points: thinned(logged)}]}));
}

function diversity(run, rows) {
  const most = run?.experiment?.maxDiversity;
  return figure("Diversity",
    "Share of requests that get the most frequent action: near 100 % would mean that the state is ignored.",
    rows.length === 0 ? empty("No version has been evaluated yet.")
      : lineChart({label: "Diversity by step", xTitle: "step", xText: compact, yText: gainTick,
        series: [{name: "policy", kind: "learned", points: thinned(rows).map((row) => ({x: row.step,
          y: row.evaluation.diversity, tip: `version ${row.version}: ${percent(row.evaluation.diversity)}`}))}],
        references: isNumber(most) && most < 1 ? [{name: "gate", kind: "truth", y: most}] : [], fromZero: true}));
}

// Versions

export function namesOf(version, ledger) {
  return [...ledger.aliases.filter((alias) => alias.version === version).map((alias) =>
    chip(alias.name, alias.name === "stable" ? "good" : "")),
  ledger.pins.some((pin) => pin.version === version) ? chip("pinned", "") : null];
}

function versionsSection(versions, ledger) {
  const rows = [...versions.versions].reverse();
  const head = ["Version", "", "Step", "Relative Gain", "95 % interval", "Over manual", "95 % interval", "Diversity", "Published"];
  const left = versions.total - versions.versions.length;
  const all = (some) => table(head, some.map((row) => versionRow(row, ledger)), {left: 2, cssClass: "words versions"});
  return section("versions", "Versions",
    rows.length === 0
      ? empty("No version has been published yet: one is, every few steps, once a completed checkpoint covers it.")
      : [
        rows.filter((row) => row.problem).slice(0, 5).map((row) => h("p", "alarm", row.problem)),
        aliases(ledger),
        h("h3", "wide-title", "All versions"),
        note(`${count(rows.filter((row) => row.kept).length)} are kept`
          + (rows.some((row) => !row.kept) ? "; of those that were removed the evaluation stays." : ".")
          + (left > 0 ? ` ${count(left)} older ones are not listed.` : ""),
        rows.length > 1 ? [" ", link(`#/compare/${(stableOf(ledger) ?? rows.at(-1)).version}/${rows[0].version}`,
          "Compare two")] : null),
        all(rows.slice(0, LISTED_VERSIONS)),
        rows.length > LISTED_VERSIONS
          ? folded("older-versions", `${count(rows.length - LISTED_VERSIONS)} more`, all(rows.slice(LISTED_VERSIONS)))
          : null]);
}

function versionRow(row, ledger) {
  const judgement = row.evaluation;
  const cells = [
    versionLink(row.version),
    [namesOf(row.version, ledger), row.problem ? chip("damaged", "bad") : null, row.kept ? null : chip("removed", "")],
    row.step === null ? "" : count(row.step),
    judgement ? h("span", judgement.error ? "muted" : "strong", judgement.error ? "not judged"
      : valueOf(judgement.relativeGain)) : h("span", "muted", row.problem ? "" : "not evaluated yet"),
    rangeOf(judgement?.relativeGain),
    interval(judgement?.gainOverManual) ? valueOf(judgement.gainOverManual) : "",
    rangeOf(judgement?.gainOverManual),
    isNumber(judgement?.diversity) ? percent(judgement.diversity) : "",
    row.publishedMillis === null ? "" : when(row.publishedMillis)];
  cells.cssClass = row.kept ? "" : "gone";
  return cells;
}
