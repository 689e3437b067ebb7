// Copyright: (c) 2026, The elasticache.access authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

// Making elements. Data gets into the page as text and as plain attributes only, never as markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return node;
}

const el = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
const draw = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

const hiddenText = (text) => el("span", { class: "sr" }, text);
const code = (text) => el("code", null, text);

// Drawn rather than typed, so that they look the same in every font.
const SHAPES = {
  critical: "M5 .5h6L15.5 5v6L11 15.5H5L.5 11V5z",
  high: "M8 1l7.5 13.5H.5z",
  medium: "M8 .5L15.5 8 8 15.5.5 8z",
  low: "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11z",
  wanted: "M2 8.5l4 4L14 4",
  unexpected: "M8 2v12M2 8h12",
  missing: "M2 8h3M6.5 8h3M11 8h3",
  present: "M4 4h8v8H4z",
  unknown: "M4.5 5.5a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1-1.5 2.3M8 13.5v1",
  wider: "M4.5 4.5L1 8l3.5 3.5M11.5 4.5L15 8l-3.5 3.5M1 8h14",
};

function mark(shape) {
  const path = draw("path", { d: SHAPES[shape] });
  return draw("svg", { class: `mark mark-${shape}`, viewBox: "0 0 16 16", "aria-hidden": "true" }, path);
}

const badge = (shape, text) => el("span", { class: `badge ${shape}` }, mark(shape), text);

// What is in a <details> is made when it is first opened: most of a large report is never looked at.
function unfolding(details, build) {
  let built = false;
  const open = () => {
    if (!built) details.append(build());
    built = true;
  };
  details.addEventListener("toggle", () => details.open && open());
  details.unfold = () => {
    details.open = true;
    open();
  };
  return details;
}

// The first so many of a long list, and a button for more.
function inPortions(items, size, make, into) {
  const more = el("button", { type: "button", class: "more" });
  let shown = 0;
  const show = () => {
    const fresh = items.slice(shown, shown + size).map(make);
    into.append(...fresh);
    shown += fresh.length;
    more.hidden = shown >= items.length;
    more.textContent = `Show ${count(Math.min(size, items.length - shown))} more of ${count(items.length)}`;
    return fresh[0];
  };
  more.addEventListener("click", () => {
    const first = show();
    first.tabIndex = -1;
    first.focus();
  });
  show();
  return more;
}

// A wide table scrolls by itself, with the keyboard as well.
const scrolling = (label, ...content) => el("div", { class: "scroll", role: "group", tabindex: "0", "aria-label": label }, content);
