// Elements. Whatever comes from files goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

function add(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(child instanceof Node ? child : String(child));
    }
  }
  return element;
}

/** h("p", "note", "text", child): a tag, its class ("" for none), what is in it. */
export function h(tag, cssClass, ...children) {
  const element = document.createElement(tag);
  if (cssClass) {
    element.className = cssClass;
  }
  return add(element, children);
}

/** The same element with attributes. */
export function having(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  return element;
}

export function link(href, ...children) {
  return having(h("a", "", ...children), {href});
}

export function s(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, typeof value === "number" ? String(Math.round(value * 10) / 10) : value);
  }
  return add(element, children);
}

/** Head cells; the first column and those named in `left` are text, the others numbers. */
function headCell(title, left) {
  return having(h("th", left ? "" : "n", title), {scope: "col"});
}

/** rows: of nodes or text; the first cell names its row. options.left: so many columns are text. */
export function table(head, rows, options = {}) {
  const left = options.left ?? 1;
  const body = rows.map((row) => h("tr", row.cssClass ?? "", row.map((cell, i) =>
    i === 0 ? having(h("th", "", cell), {scope: "row"}) : h("td", i < left ? "" : "n", cell))));
  return h("div", "scroll", h("table", options.cssClass ?? "",
    h("thead", "", h("tr", "", head.map((title, i) => headCell(title, i < left)))),
    h("tbody", "", body)));
}

/** What a chart shows, folded away below it. */
export function behind(key, head, rows) {
  return folded(key, "The numbers", table(head, rows));
}

/** `key` keeps it open when the page is drawn again. */
export function folded(key, title, ...children) {
  return having(h("details", "", h("summary", "", title), ...children), {"data-key": key});
}

export function facts(pairs) {
  return h("dl", "facts", pairs.map(([name, value]) => [h("dt", "", name), h("dd", "", value)]));
}

export function note(...text) {
  return h("p", "note", ...text);
}

export function empty(...text) {
  return h("p", "empty", ...text);
}

export function figure(title, text, ...children) {
  return h("figure", "", h("h3", "", title), text ? note(text) : null, ...children);
}

export function section(id, title, ...children) {
  return having(h("section", "", h("h2", "", title), ...children), {id});
}

export function card(title, value, detail, state) {
  return h("li", "card", h("h2", "", title), h("p", "value " + (state ?? ""), value), h("p", "detail", detail));
}

export function eyebrow(...parts) {
  const shown = parts.filter((part) => part);
  return h("p", "eyebrow", shown.map((part, i) => [i > 0 ? h("span", "sep") : null, part]));
}

export function chip(text, kind) {
  return h("span", "chip " + (kind ?? ""), text);
}

export function versionLink(version) {
  return link("#/version/" + version, String(version));
}
