// Drawings as SVG, coloured by the style sheet: the report's, in another language. Each is drawn wide and narrow; the style sheet
// shows the one that fits.

import {s} from "./dom.js";
import {gainTick, interval, isNumber, range, valueOf} from "./text.js";

const WIDE = {kind: "wide", width: 600, height: 300, left: 58, right: 116, top: 12, bottom: 42};
const FULL = {...WIDE, width: 1180, height: 340};
const NARROW = {kind: "narrow", width: 342, height: 260, left: 50, right: 84, top: 12, bottom: 42};
const LABEL_HEIGHT = 14;
const MAX_DOTS = 60;
const MAX_POINTS = 300;
const X_SPACING = 50;

/** Every so many, and the last. */
export function thinned(all) {
  const stride = Math.ceil(all.length / MAX_POINTS);
  return stride <= 1 ? all : all.filter((_, i) => (all.length - 1 - i) % stride === 0);
}

/** 1, 2, 2.5 or 5 times a power of ten; 2.5 only where it is a whole number. */
function roundStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  const mantissa = rough / power;
  if (mantissa <= 1) {
    return power;
  }
  if (mantissa <= 2) {
    return 2 * power;
  }
  if (mantissa <= 2.5 && power >= 10) {
    return 2.5 * power;
  }
  return mantissa <= 5 ? 5 * power : 10 * power;
}

/** From a little below `min` to a little above `max`; about `wanted` ticks. */
export function axis(min, max, wanted) {
  let low = isNumber(min) ? min : 0;
  let high = isNumber(max) ? max : 1;
  if (high - low < 1e-12 * Math.max(1, Math.abs(high))) {
    const pad = high === 0 ? 1 : Math.abs(high) * 0.1;
    low -= pad;
    high += pad;
  }
  const step = roundStep((high - low) / Math.max(1, wanted));
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = [];
  for (let i = first; i <= last; i++) {
    ticks.push(i * step);
  }
  return {min: first * step, max: last * step, ticks};
}

/** Ends at the data's own ends, so that a curve fills its frame; ticks are whole numbers within. */
function tightAxis(min, max, wanted) {
  const round = axis(min, max, wanted);
  if (!(max > min)) {
    return {...round, ticks: round.ticks.filter(Number.isInteger)};
  }
  return {min, max, ticks: round.ticks.filter((t) => t >= min - 1e-9 && t <= max + 1e-9 && Number.isInteger(t))};
}

function place(scale, value, from, to) {
  return from + (value - scale.min) / (scale.max - scale.min) * (to - from);
}

function drawing(frame, label, children) {
  return s("svg", {class: "chart " + frame.kind, viewBox: `0 0 ${frame.width} ${frame.height}`, width: frame.width,
    height: frame.height, role: "img", "aria-label": label}, children);
}

function line(x1, y1, x2, y2, cssClass) {
  return s("path", {class: cssClass, d: path([[x1, y1], [x2, y2]])});
}

function path(points) {
  const n = (v) => Math.round(v * 10) / 10;
  return points.map(([x, y], i) => (i === 0 ? "M" : "L") + n(x) + " " + n(y)).join("");
}

function text(x, y, anchor, cssClass, value) {
  return s("text", {class: cssClass, x, y, "text-anchor": anchor}, value);
}

function tip(value) {
  return s("title", {}, value);
}

/**
 * Curves over one x axis, with their intervals' bands and reference lines that are named at the right edge.
 *
 * chart: {label, xTitle, xText, yText, series: [{name, kind, points: [{x, y, low, high, tip}]}],
 * references: [{name, kind, y}], fromZero, full}. A point whose y is null interrupts its curve. A series may have low and high at
 * each of its points: an interval's band, or nothing where they are null.
 */
export function lineChart(chart) {
  return [drawLines(chart, chart.full ? FULL : WIDE), drawLines(chart, NARROW)];
}

function drawLines(chart, frame) {
  const box = {x0: frame.left, x1: frame.width - frame.right, y0: frame.height - frame.bottom, y1: frame.top};
  const points = chart.series.flatMap((one) => one.points).filter((p) => isNumber(p.y));
  const references = chart.references ?? [];
  const xs = chart.series.flatMap((one) => one.points).map((p) => p.x);
  const ys = [...points.map((p) => p.y), ...points.filter((p) => isNumber(p.low)).flatMap((p) => [p.low, p.high]),
    ...references.map((r) => r.y), ...(chart.fromZero ? [0] : [])];
  const x = tightAxis(Math.min(...xs), Math.max(...xs), Math.floor((box.x1 - box.x0) / X_SPACING));
  const y = axis(Math.min(...ys), Math.max(...ys), 5);
  const at = (p) => [place(x, p.x, box.x0, box.x1), place(y, p.y, box.y0, box.y1)];
  const height = (value) => place(y, value, box.y0, box.y1);
  return drawing(frame, chart.label, [
    y.ticks.map((tick) => [
      line(box.x0, height(tick), box.x1, height(tick), Math.abs(tick) < 1e-12 ? "zero" : "grid"),
      text(box.x0 - 8, height(tick) + 4, "end", "tick", chart.yText(tick))]),
    x.ticks.map((tick) => {
      const left = place(x, tick, box.x0, box.x1);
      return [line(left, box.y0, left, box.y0 + 4, "grid"), text(left, box.y0 + 18, "middle", "tick", chart.xText(tick))];
    }),
    text((box.x0 + box.x1) / 2, frame.height - 6, "middle", "axis", chart.xTitle),
    chart.series.map((one) => bands(one, at)),
    references.map((r) => line(box.x0, height(r.y), box.x1, height(r.y), "reference " + r.kind)),
    chart.series.map((one) => curve(one, at)),
    edgeLabels(chart, references, height, box)]);
}

function bands(one, at) {
  return runs(one.points, (p) => isNumber(p.low)).map((run) => bandShape(run, one.kind, at));
}

/** Stretches without a gap. */
function runs(points, there) {
  const all = [];
  let broken = true;
  for (const p of points) {
    if (!there(p)) {
      broken = true;
    } else if (broken) {
      all.push([p]);
      broken = false;
    } else {
      all[all.length - 1].push(p);
    }
  }
  return all;
}

function bandShape(run, kind, at) {
  if (run.length === 1) {
    const [x, low] = at({x: run[0].x, y: run[0].low});
    return line(x, low, x, at({x: run[0].x, y: run[0].high})[1], "whisker " + kind);
  }
  const outline = [...run.map((p) => at({x: p.x, y: p.high})), ...[...run].reverse().map((p) => at({x: p.x, y: p.low}))];
  return s("path", {class: "band " + kind, d: path(outline) + "Z"});
}

function curve(one, at) {
  const stretches = runs(one.points, (p) => isNumber(p.y));
  const drawn = [s("path", {class: "curve " + one.kind, d: stretches.map((run) => path(run.map(at))).join("")})];
  if (one.points.length <= MAX_DOTS) {
    for (const p of stretches.flat()) {
      const [cx, cy] = at(p);
      drawn.push(s("circle", {class: "dot " + one.kind, cx, cy, r: 3}, tip(p.tip)));
    }
  }
  return drawn;
}

/** Names of references and curves, from top to bottom, pushed apart where they would cover each other. */
function edgeLabels(chart, references, height, box) {
  const labels = references.map((r) => ({y: height(r.y), name: r.name, kind: r.kind}));
  for (const one of chart.series) {
    const last = one.points.filter((p) => isNumber(p.y)).at(-1);
    if (last && one.name) {
      labels.push({y: height(last.y), name: one.name, kind: one.kind});
    }
  }
  labels.sort((a, b) => a.y - b.y);
  const places = apart(labels.map((l) => l.y), box.y1, box.y0);
  return labels.map((l, i) => text(box.x1 + 7, places[i] + 4, "start", "edge " + l.kind, l.name));
}

export function apart(places, top, bottom) {
  const at = [...places];
  for (let i = 1; i < at.length; i++) {
    at[i] = Math.max(at[i], at[i - 1] + LABEL_HEIGHT);
  }
  let limit = bottom;
  for (let i = at.length - 1; i >= 0; i--) {
    at[i] = Math.min(at[i], limit);
    limit = at[i] - LABEL_HEIGHT;
  }
  let floor = top;
  for (let i = 0; i < at.length; i++) {
    at[i] = Math.max(at[i], floor);
    floor = at[i] + LABEL_HEIGHT;
  }
  return at;
}

/** Bars of shares, in the given order: [{share, tip}]. */
export function barChart(label, xTitle, bars) {
  return [
    drawBars(label, xTitle, bars, {...WIDE, right: 12, height: 200}),
    drawBars(label, xTitle, bars, {...NARROW, right: 8, height: 180})];
}

function drawBars(label, xTitle, bars, frame) {
  const x0 = frame.left;
  const x1 = frame.width - frame.right;
  const y0 = frame.height - frame.bottom;
  const y = axis(0, Math.max(...bars.map((b) => b.share)), 3);
  const width = (x1 - x0) / bars.length;
  return drawing(frame, label, [
    y.ticks.map((tick) => {
      const at = place(y, tick, y0, frame.top);
      return [line(x0, at, x1, at, tick === 0 ? "zero" : "grid"), text(x0 - 8, at + 4, "end", "tick", gainTick(tick))];
    }),
    bars.map((bar, i) => {
      const top = place(y, bar.share, y0, frame.top);
      return s("rect", {class: "bar", x: x0 + i * width + width * 0.1, y: top, width: width * 0.8,
        height: Math.max(0, y0 - top)}, tip(bar.tip));
    }),
    text((x0 + x1) / 2, frame.height - 14, "middle", "axis", xTitle)]);
}

// Intervals beyond these say nothing more by being longer.
const LEAST = -1.5;
const MOST = 3;

/** Intervals of several estimates on one scale, to stand in a table's cells: forest(all)(one, kind). */
export function forest(estimates) {
  const width = 220;
  const height = 22;
  const pad = 6;
  const ends = estimates.map(interval).filter((i) => i).flatMap((i) => [i.low, i.high]).concat([0])
    .map((v) => Math.max(LEAST, Math.min(MOST, v)));
  const min = Math.min(...ends);
  const max = Math.max(...ends);
  const scale = max - min < 1e-9 ? {min: min - 1, max: max + 1} : {min, max};
  const x = (value) => Math.max(0, Math.min(width, place(scale, value, pad, width - pad)));
  return (estimate, kind = "learned") => {
    const found = interval(estimate);
    const label = found ? valueOf(found) + ", " + range(found) : "no estimate";
    return s("svg", {class: "forest", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label},
      line(x(0), 0, x(0), height, "zero"),
      found ? line(x(found.low), height / 2, x(found.high), height / 2, "whisker " + kind) : null,
      found ? s("circle", {class: "dot " + kind, cx: x(found.value), cy: height / 2, r: 4}, tip(label)) : null);
  };
}
