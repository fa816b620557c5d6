// Numbers and times as the page prints them: the same in every locale, with as many digits as they deserve. As in the report.

const MINUS = "\u2212";
const SPACE = "\u00a0";

/** Whether there is a number: what is missing comes as null, what is not finite as a word. */
export function isNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}

function grouped(text) {
  return text.replace(/\B(?=(\d{3})+$)/g, ",");
}

export function count(n) {
  return isNumber(n) ? grouped(Math.round(n).toFixed(0)).replace("-", MINUS) : "none";
}

/** +31.2 % */
export function gain(share) {
  if (!isNumber(share)) {
    return "none";
  }
  const percent = 100 * share;
  return (percent < 0 ? MINUS : "+") + grouped1(Math.abs(percent)) + SPACE + "%";
}

function grouped1(size) {
  const [whole, part] = size.toFixed(1).split(".");
  return grouped(whole) + "." + part;
}

/** 31 %: for axes. */
export function gainTick(share) {
  const percent = 100 * share;
  const whole = Math.abs(percent - Math.round(percent)) < 1e-6;
  return ((whole ? String(Math.round(percent) + 0) : percent.toFixed(1)) + SPACE + "%").replace("-", MINUS);
}

/** 7.4 %: a share. */
export function percent(share) {
  if (!isNumber(share)) {
    return "none";
  }
  const value = 100 * share;
  if (value !== 0 && Math.abs(value) < 0.01) {
    return "< 0.01" + SPACE + "%";
  }
  const digits = value === 0 || value === 100 ? 0 : Math.abs(value) < 1 ? 2 : 1;
  return value.toFixed(digits) + SPACE + "%";
}

export function significant(value, digits) {
  if (!isNumber(value)) {
    return "none";
  }
  if (value === 0) {
    return "0";
  }
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) {
    return value.toExponential(digits - 1).replaceAll("-", MINUS);
  }
  const rounded = String(Number(value.toPrecision(digits)));
  return (size >= 10000 ? grouped(rounded) : rounded).replace("-", MINUS);
}

export function compact(value) {
  const size = Math.abs(value);
  if (size >= 1e6) {
    return significant(value / 1e6, 3) + "M";
  }
  return size >= 1e3 ? significant(value / 1e3, 3) + "k" : significant(value, 3);
}

export function bytes(n) {
  return n >= 1e6 ? significant(n / 1e6, 3) + SPACE + "MB" : significant(n / 1e3, 3) + SPACE + "kB";
}

export function plural(n, word, several = word + "s") {
  return count(n) + " " + (n === 1 ? word : several);
}

/** 2026-12-01 12:30:05 UTC; of milliseconds since 1970, or of ISO 8601. */
export function when(time) {
  const date = new Date(time);
  if (time === null || time === undefined || Number.isNaN(date.getTime())) {
    return "at an unknown time";
  }
  return date.toISOString().slice(0, 19).replace("T", " ") + " UTC";
}

/** The interval of an estimate, or null: there is no value without one. */
export function interval(estimate) {
  return estimate && isNumber(estimate.value) && isNumber(estimate.low) && isNumber(estimate.high) ? estimate : null;
}

/** +21.7 % to +29.8 % */
export function range(estimate) {
  return gain(estimate.low) + " to " + gain(estimate.high);
}

export function valueOf(estimate) {
  return interval(estimate) ? gain(estimate.value) : "no estimate";
}

/** Why there is no estimate. */
export function reason(estimate) {
  return (estimate && estimate.reason) || "too few matched rows";
}

/** Text in which no line begins with the sign of a percentage. */
export function whole(text) {
  return (text ?? "").replaceAll(" %", "\u00a0%");
}
