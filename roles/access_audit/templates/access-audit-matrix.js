// Copyright: (c) 2026, The elasticache.access authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

// Sources against caches, a window of it at a time; one stop for the Tab key, arrows from cell to cell.

const COLUMNS = 30;
const ROWS = 40;
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function cellText(links) {
  const drift = worstDrift(links);
  const wider = links.some((link) => link.wider) ? ", wider than the cache needs" : "";
  const found = worst(links.map((link) => link.severity));
  return `${portsText(portsOf(links))}, ${DRIFTS[drift]}${wider}${found ? `, finding: ${found}` : ""}`;
}

const portsOf = (links) => [...new Set(links.flatMap((link) => link.ports))].sort((a, b) => a - b);

function cell(app, source, cache, links) {
  const drift = worstDrift(links);
  const severity = worst(links.map((link) => link.severity));
  const ports = portsOf(links);
  const first = links.find((link) => link.drift === drift);
  const wider = links.some((link) => link.wider) ? mark("wider") : null;
  return el("button", {
    type: "button", class: `cell ${drift}${severity ? ` found ${severity}-edge` : ""}`, tabindex: "-1",
    title: `${source.label} → ${cache.data.name}`, click: () => app.go(cache, first),
  }, hiddenText(`${source.label} to ${cache.data.name}: ${cellText(links)}`),
  el("span", { class: "marks", "aria-hidden": "true" }, mark(drift), wider),
  el("span", { class: "ports", "aria-hidden": "true" }, ports.slice(0, 2).join(" "), ports.length > 2 ? " …" : ""));
}

// The sources that reach the caches of this window, those that reach most first.
function matrixRows(selection, caches) {
  const reach = new Map();
  for (const links of selection.links.values()) {
    for (const source of new Set(links.map((link) => link.source))) reach.set(source, (reach.get(source) ?? 0) + 1);
  }
  const here = new Set(caches.flatMap((cache) => selection.links.get(cache)).map((link) => link.source));
  return [...here].sort((a, b) => reach.get(b) - reach.get(a) || a.number - b.number);
}

function columnHeader(app, cache) {
  const { worst: severity, name } = cache.data;
  return el("th", { scope: "col" }, el("button", { type: "button", class: "column", tabindex: "-1", title: name, click: () => app.go(cache) },
    severity ? [mark(severity), hiddenText(`${severity}: `)] : null, el("span", null, name)));
}

function rowHeader(source) {
  return el("th", { scope: "row" }, el("span", { class: "source" }, source.label),
    source.label === source.value ? el("small", null, SOURCES[source.type] ?? source.type) : el("small", null, source.value));
}

function matrixTable(app, caches, sources) {
  const body = sources.map((source) => el("tr", null, rowHeader(source), caches.map((cache) => {
    const links = app.selection.links.get(cache).filter((link) => link.source === source);
    return links.length ? el("td", null, cell(app, source, cache, links)) : el("td", null, hiddenText("none"));
  })));
  const head = el("tr", null, el("th", { scope: "col" }, "Source"), caches.map((cache) => columnHeader(app, cache)));
  const table = el("table", { role: "grid", class: "matrix", "aria-label": "Sources against caches" }, el("thead", null, head), el("tbody", null, body));
  table.addEventListener("keydown", (event) => moveInGrid(table, event));
  const first = table.querySelector("button");
  if (first) first.tabIndex = 0;
  return table;
}

function moveInGrid(table, event) {
  const step = ARROWS[event.key];
  const from = event.target.closest("td, th");
  if (!step || !from) return;
  event.preventDefault();
  let [row, column] = [from.parentNode.rowIndex + step[0], from.cellIndex + step[1]];
  while (table.rows[row]?.cells[column]) {
    const button = table.rows[row].cells[column].querySelector("button");
    if (button) {
      event.target.tabIndex = -1;
      button.tabIndex = 0;
      button.focus();
      return;
    }
    [row, column] = [row + step[0], column + step[1]];
  }
}

function pager(noun, size, move) {
  const button = (label, by) => el("button", { type: "button", click: (event) => event.currentTarget.ariaDisabled !== "true" && move(by) }, label);
  const previous = button(`← Previous ${size} ${noun}`, -1);
  const next = button(`Next ${size} ${noun} →`, 1);
  const where = el("span", { role: "status" });
  const node = el("div", { class: "pager" }, previous, where, next);
  const update = (page, total) => {
    node.hidden = total <= size;
    where.textContent = `${noun} ${count(page * size + 1)} to ${count(Math.min(total, (page + 1) * size))} of ${count(total)}`;
    previous.ariaDisabled = String(page === 0);
    next.ariaDisabled = String((page + 1) * size >= total);
  };
  return { node, update };
}

const LEGEND = {
  wanted: "wanted by the policy",
  unexpected: "unexpected",
  missing: "wanted, and missing",
  present: "a rule, not compared",
  wider: "admits more than the cache's ports",
  critical: "critical finding",
  high: "high finding",
};

function legend(shapes) {
  return el("ul", { class: "legend", "aria-label": "Legend" }, shapes.map((shape) => el("li", { class: shape }, mark(shape), LEGEND[shape])));
}

function driftShapes({ report, uncompared }) {
  return [...(report.compared ? ["wanted", "unexpected", "missing"] : []), ...(uncompared ? ["present"] : [])];
}

function matrixSection(app) {
  const page = { columns: 0, rows: 0 };
  const area = scrolling("Matrix of sources and caches");
  const none = el("p", { class: "empty" });
  const show = () => {
    const withLinks = app.selection.caches.filter((cache) => app.selection.links.get(cache).length);
    const caches = withLinks.slice(page.columns * COLUMNS, (page.columns + 1) * COLUMNS);
    const sources = matrixRows(app.selection, caches);
    columns.update(page.columns, withLinks.length);
    rows.update(page.rows, sources.length);
    none.textContent = withLinks.length ? "" : "There is nothing to show.";
    area.hidden = !withLinks.length;
    area.replaceChildren(matrixTable(app, caches, sources.slice(page.rows * ROWS, (page.rows + 1) * ROWS)));
  };
  const columns = pager("caches", COLUMNS, (by) => {
    Object.assign(page, { columns: page.columns + by, rows: 0 });
    show();
  });
  const rows = pager("sources", ROWS, (by) => {
    page.rows += by;
    show();
  });
  app.whenChanged(() => {
    Object.assign(page, { columns: 0, rows: 0 });
    show();
  });
  return el("section", { id: "matrix", "aria-labelledby": "matrix-title" }, el("h2", { id: "matrix-title" }, "Matrix"),
    el("p", { class: "muted" }, "Worst caches first, and the sources that reach most. A cell leads to its rule; arrow keys move between cells."),
    legend([...driftShapes(app.model), "wider"]), columns.node, rows.node, area, none);
}
