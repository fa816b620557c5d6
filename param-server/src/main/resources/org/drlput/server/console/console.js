// Asks for what changed every few seconds and draws the page of the address: #/version/N, #/compare/N/M, else the overview.

import {compare} from "./compare.js";
import {h} from "./dom.js";
import {overview} from "./overview.js";
import {missing, version} from "./version.js";

const LIVE_MILLIS = 2000;
const FILES_MILLIS = 6000;
const PATIENCE_MILLIS = 15000;

const state = {live: null, versions: null, ledger: null, newest: null, chosen: null, problem: null,
  choose(run) {
    state.chosen = run;
    draw();
  }};
const details = new Map();
let page = "";
let drawn = [];

async function ask(path) {
  const answer = await fetch(path, {signal: AbortSignal.timeout(PATIENCE_MILLIS), cache: "no-cache"});
  const body = await answer.json().catch(() => ({error: "the answer is no JSON"}));
  if (!answer.ok) {
    throw Object.assign(new Error(body.error ?? "HTTP " + answer.status), {status: answer.status});
  }
  return body;
}

/** All of a version. It changes only until it is evaluated, or when it is removed: asked again when its row is another one. */
async function detailOf(number) {
  const row = state.versions.versions.find((one) => one.version === number);
  const key = JSON.stringify(row ?? null);
  const known = details.get(number);
  if (known && known.key === key && row) {
    return known.detail;
  }
  const detail = await ask("api/versions/" + number);
  details.set(number, {key, detail});
  if (details.size > 50) {
    details.delete(details.keys().next().value);
  }
  return detail;
}

function route() {
  const [, kind, ...numbers] = /^#\/(version|compare)\/(\d{1,12})(?:\/(\d{1,12}))?$/.exec(location.hash) ?? [];
  const given = numbers.filter((number) => number !== undefined).map(Number);
  return kind === "version" || (kind === "compare" && given.length === 2) ? {kind, numbers: given} : {kind: "overview"};
}

async function blocks() {
  const {kind, numbers} = route();
  if (kind === "overview") {
    const last = state.versions.versions.filter((row) => row.evaluation && !row.evaluation.error).at(-1);
    state.newest = last ? await detailOf(last.version) : null;
    return overview(state);
  }
  const all = [];
  for (const number of numbers) {
    try {
      all.push(await detailOf(number));
    } catch (error) {
      if (error.status === 404) {
        return missing(number, error.message);
      }
      throw error;
    }
  }
  return kind === "version" ? version(all[0], state.ledger, state.versions) : compare(all[0], all[1], state.versions);
}

let drawing = Promise.resolve();

/** One after the other: what is asked meanwhile is drawn next. */
function draw() {
  drawing = drawing.then(drawNow).catch(told);
  return drawing;
}

async function drawNow() {
  if (!state.live || !state.versions || !state.ledger) {
    return;
  }
  const {hash} = location;
  const wanted = await blocks();
  const fresh = page !== pageOf(hash);
  put(wanted, fresh);
  if (fresh) {
    page = pageOf(hash);
    document.title = document.querySelector("h1").textContent.trim() + ": DRL-PUT console";
    if (hash.startsWith("#/") || hash.length < 2) {
      scrollTo(0, 0);
    } else {
      document.getElementById(hash.slice(1))?.scrollIntoView();
    }
  }
  document.getElementById("footer").textContent = `drlput ${state.live.software}, ${state.live.data}`;
}

function pageOf(hash) {
  return hash.startsWith("#/") ? hash : "overview";
}

/** Draws again the blocks whose input is another one; what is folded out stays so. */
function put(wanted, fresh) {
  const main = document.getElementById("main");
  const before = fresh ? [] : drawn;
  drawn = wanted.map((block) => {
    const key = JSON.stringify(block.from);
    const old = before.find((one) => one.name === block.key);
    if (old && old.key === key) {
      return old;
    }
    const element = block.draw();
    if (old) {
      const folds = new Map([...old.element.querySelectorAll("details[data-key]")].map((d) => [d.dataset.key, d.open]));
      for (const fold of element.querySelectorAll("details[data-key]")) {
        fold.open = folds.get(fold.dataset.key) ?? fold.open;
      }
    }
    return {name: block.key, key, element};
  });
  drawn.forEach((block, i) => {
    const there = main.children[i];
    if (there !== block.element) {
      if (there && !drawn.some((one) => one.element === there)) {
        there.replaceWith(block.element);
      } else {
        main.insertBefore(block.element, there ?? null);
      }
    }
  });
  while (main.children.length > drawn.length) {
    main.lastChild.remove();
  }
}

function told(error) {
  state.problem = error;
  pulse();
}

/** Whether what is shown is what is. */
function pulse() {
  const place = document.getElementById("pulse");
  const {problem} = state;
  const silent = problem && !problem.status && (problem instanceof TypeError || problem.name === "TimeoutError");
  const text = problem ? silent ? "the server does not answer" : problem.message : "live";
  if (place.textContent !== text) {
    place.replaceChildren(h("span", "dot"), text);
    place.className = "pulse " + (problem ? "lost" : "there");
  }
  if (problem && page === "") {
    document.getElementById("main").replaceChildren(h("header", "hero", h("h1", "", "Nothing to show"),
      h("p", "lead", silent ? "The server does not answer. Is it running?" : problem.message)));
  }
}

async function poll(paths, everyMillis) {
  if (!document.hidden || page === "") {
    try {
      for (const [key, path] of paths) {
        state[key] = await ask(path);
      }
      state.problem = null;
      pulse();
      await draw();
    } catch (error) {
      told(error);
    }
  }
  setTimeout(() => poll(paths, everyMillis), everyMillis);
}

addEventListener("hashchange", () => {
  const overviewStays = page === "overview" && pageOf(location.hash) === "overview";
  if (!overviewStays) {
    draw();
  }
});
poll([["live", "api/live"]], LIVE_MILLIS);
poll([["versions", "api/versions"], ["ledger", "api/ledger"]], FILES_MILLIS);
