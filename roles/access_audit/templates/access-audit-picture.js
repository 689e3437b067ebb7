// Copyright: (c) 2026, The elasticache.access authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

// The picture of the graph: curves between sources and caches, each node a button.

const ROW_HEIGHT = 30;
const NODE_HEIGHT = 24;
const NARROWEST = 620;

const sourceNoun = (source) => SOURCES[source.type] ?? source.type;

function bundleNames(bundle) {
  const names = bundle.caches.map((cache) => cache.data.name);
  return names.length > 4 ? `${names.slice(0, 4).join(", ")} and ${count(names.length - 4)} more` : listed(names);
}

function nodeLabel(node) {
  if (node.source) return node.ambiguous ? `${node.source.label} (${node.source.value})` : node.source.label;
  return node.caches.length === 1 ? node.caches[0].data.name : `${count(node.caches.length)} caches: ${bundleNames(node)}`;
}

function nodeDescription(node) {
  const severity = node.severity ? `, worst finding: ${node.severity}` : "";
  if (!node.source) return `${nodeLabel(node)}, admits ${plural(node.edges.length, "source")}${severity}`;
  const reached = new Set(node.links.map((link) => link.cache)).size;
  return `${nodeLabel(node)}, ${sourceNoun(node.source)}, reaches ${plural(reached, "cache")}${severity}`;
}

const shortened = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

// Findings that matter outshine the policy's colours.
const edgeClass = ({ drift, severity }) => `edge ${drift}${severity === "critical" || severity === "high" ? ` ${severity}` : ""}`;

function edgeNode(edge, layout) {
  const [from, to] = [layout.right(edge.from), layout.left(edge.to)];
  const bend = (to.x - from.x) * 0.45;
  const caches = new Set(edge.links.map((link) => link.cache)).size;
  return draw("path", { class: edgeClass(edge), "stroke-width": (1.25 + Math.min(3, Math.log2(caches) * 0.6)).toFixed(2),
    d: `M${from.x} ${from.y}C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}` });
}

function place(node, nodes, x, layout) {
  const y = layout.height * ((nodes.indexOf(node) + 0.5) / nodes.length);
  layout.spots.set(node, { x, y });
}

function layoutOf(graph, width) {
  const nodeWidth = Math.round(Math.min(330, width * 0.34));
  const layout = { width, nodeWidth, height: Math.max(graph.sources.length, graph.bundles.length) * ROW_HEIGHT + 6, spots: new Map() };
  for (const node of graph.sources) place(node, graph.sources, 1, layout);
  for (const node of graph.bundles) place(node, graph.bundles, width - nodeWidth - 1, layout);
  layout.right = (node) => ({ x: layout.spots.get(node).x + nodeWidth, y: layout.spots.get(node).y });
  layout.left = (node) => layout.spots.get(node);
  return layout;
}

function nodeShape(node, layout) {
  const { x, y } = layout.spots.get(node);
  const label = shortened(nodeLabel(node), Math.floor((layout.nodeWidth - 62) / 7.2));
  const shape = node.severity ? draw("path", { class: `mark-${node.severity}`, d: SHAPES[node.severity], transform: `translate(${x + 8} ${y - 6}) scale(.75)` }) : null;
  return draw("g", { class: `node ${node.severity ?? "calm"}`, role: "button", tabindex: "-1", "aria-label": nodeDescription(node) },
    draw("title", null, nodeDescription(node)),
    draw("rect", { x, y: y - NODE_HEIGHT / 2, width: layout.nodeWidth, height: NODE_HEIGHT, rx: 5 }), shape,
    draw("text", { x: x + (shape ? 26 : 10), y: y + 4.5, "aria-hidden": "true" }, label),
    draw("text", { class: "reach", x: x + layout.nodeWidth - 8, y: y + 4.5, "text-anchor": "end", "aria-hidden": "true" }, String(node.edges.length)));
}

// While a node is looked at, its links and their other ends stay bright and the rest goes dim.
function highlighting(svg, shapes, paths) {
  const lit = (node, on) => {
    svg.classList.toggle("dimmed", on);
    shapes.get(node).classList.toggle("lit", on);
    for (const edge of node.edges) {
      for (const one of [paths.get(edge), shapes.get(edge.from), shapes.get(edge.to)]) one.classList.toggle("lit", on);
    }
  };
  let current = null;
  return (node) => {
    if (current) lit(current, false);
    current = node;
    if (node) lit(node, true);
  };
}

function neighbour(graph, node, key) {
  const column = node.source ? graph.sources : graph.bundles;
  if (key === "ArrowUp" || key === "ArrowDown") return column[column.indexOf(node) + (key === "ArrowDown" ? 1 : -1)];
  if (key === "ArrowRight" && node.source) return node.edges[0].to;
  if (key === "ArrowLeft" && !node.source) return node.edges[0].from;
  return null;
}

function isPicked(node, pick) {
  if (node.source) return pick?.source === node.source;
  return pick?.caches?.size === node.caches.length && node.caches.every((cache) => pick.caches.has(cache));
}

function choose(app, node) {
  const pick = node.source ? { source: node.source } : { caches: new Set(node.caches) };
  app.change({ pick: isPicked(node, app.state.pick) ? null : pick });
}

function picture(app, graph, width) {
  const layout = layoutOf(graph, width);
  const svg = draw("svg", { class: "picture", role: "group", "aria-label": "Who reaches what", "aria-describedby": "picture-about",
    width, height: layout.height, viewBox: `0 0 ${width} ${layout.height}` });
  const calmFirst = [...graph.edges].sort((a, b) => severityRank(b.severity) - severityRank(a.severity)
    || DRIFT_ORDER.indexOf(b.drift) - DRIFT_ORDER.indexOf(a.drift));
  const paths = new Map(calmFirst.map((edge) => [edge, edgeNode(edge, layout)]));
  const nodes = [...graph.sources, ...graph.bundles];
  const shapes = new Map(nodes.map((node) => [node, nodeShape(node, layout)]));
  const highlight = highlighting(svg, shapes, paths);
  for (const [node, shape] of shapes) {
    shape.addEventListener("pointerenter", () => highlight(node));
    shape.addEventListener("pointerleave", () => highlight(null));
    shape.addEventListener("focus", () => highlight(node));
    shape.addEventListener("blur", () => highlight(null));
    shape.addEventListener("click", () => choose(app, node));
    shape.addEventListener("keydown", (event) => {
      const to = neighbour(graph, node, event.key);
      if (event.key === "Enter" || event.key === " ") choose(app, node);
      else if (to) {
        shape.setAttribute("tabindex", "-1");
        shapes.get(to).setAttribute("tabindex", "0");
        shapes.get(to).focus();
      } else return;
      event.preventDefault();
    });
  }
  shapes.get(nodes[0])?.setAttribute("tabindex", "0");
  svg.append(...paths.values(), ...shapes.values());
  return { svg, keyed: new Map(nodes.map((node) => [node.key, shapes.get(node)])) };
}

function pictureRemarks(graph) {
  const { left, alone } = graph;
  const out = [left.sources ? plural(left.sources, "source") : "", left.caches ? plural(left.caches, "cache") : ""].filter((one) => one);
  return [
    out.length ? `Drawn are the worst; ${listed(out)} are left out: filter to see them, or read the matrix.` : "",
    alone ? `${plural(alone, "cache")} without any rule known to this report ${alone === 1 ? "is" : "are"} not drawn.` : "",
  ].filter((one) => one).join(" ");
}

function pictureSection(app) {
  const area = scrolling("Picture of who reaches what");
  const about = el("p", { class: "muted", id: "picture-about" },
    "Sources on the left, the caches that they may reach on the right; caches to which the same sources stand in the same way are one. ",
    "The numbers count links. Choosing one shows only what belongs to it; choosing it again shows all. The matrix says the same as a table.");
  const remarks = el("p", { class: "remarks" });
  const none = el("p", { class: "empty" });
  let drawnWidth = 0;
  const show = () => {
    const graph = graphOf(app.selection);
    const focused = [...(area.firstChild ? area.keyed : [])].find(([, shape]) => shape === document.activeElement)?.[0];
    drawnWidth = area.clientWidth;
    const { svg, keyed } = picture(app, graph, Math.max(NARROWEST, drawnWidth - 2));
    area.keyed = keyed;
    area.hidden = !graph.edges.length;
    area.replaceChildren(svg);
    if (focused) (keyed.get(focused) ?? svg.querySelector("[tabindex='0']"))?.focus();
    remarks.textContent = pictureRemarks(graph);
    none.textContent = graph.edges.length ? "" : "There is nothing to draw.";
  };
  app.whenChanged(show);
  new ResizeObserver(() => {
    if (!area.hidden && Math.abs(area.clientWidth - drawnWidth) > 20) show();
  }).observe(area);
  return el("section", { id: "picture", "aria-labelledby": "picture-title" }, el("h2", { id: "picture-title" }, "Who reaches what"),
    about, legend([...driftShapes(app.model), "critical", "high"]), remarks, area, none);
}
