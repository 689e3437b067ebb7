// Copyright: (c) 2026, The elasticache.access authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

// Who reaches what, as two columns of nodes: sources, and caches to which the same sources stand in the same way.

const MOST_NODES = 120;

const setOf = (texts) => [...new Set(texts)].sort().join(", ");

function bundleCaches(selection) {
  const bundles = new Map();
  for (const cache of selection.caches) {
    const links = selection.links.get(cache);
    if (!links.length) continue;
    const key = setOf(links.map((link) => `${link.source.number} ${link.drift}`));
    if (!bundles.has(key)) bundles.set(key, { key: `caches ${key}`, caches: [], links: [], edges: [], severity: null });
    const bundle = bundles.get(key);
    bundle.caches.push(cache);
    bundle.links.push(...links);
    bundle.severity = worst([bundle.severity, cache.data.worst]);
  }
  return [...bundles.values()].map((bundle) => ({ ...bundle, drift: worstDrift(bundle.links) }));
}

const worstFirst = (a, b) => severityRank(a.severity) - severityRank(b.severity)
  || DRIFT_ORDER.indexOf(a.drift) - DRIFT_ORDER.indexOf(b.drift) || b.links.length - a.links.length;

function bundleSources(bundles) {
  const nodes = new Map();
  for (const bundle of bundles) {
    for (const link of bundle.links) {
      if (!nodes.has(link.source)) nodes.set(link.source, { key: `source ${link.source.number}`, source: link.source, links: [], edges: [], severity: null });
      const node = nodes.get(link.source);
      node.links.push(link);
      node.severity = worst([node.severity, link.severity]);
    }
  }
  return [...nodes.values()].map((node) => ({ ...node, drift: worstDrift(node.links) }));
}

function connect(sources, bundles) {
  const nodeOf = new Map(sources.map((node) => [node.source, node]));
  const edges = [];
  for (const bundle of bundles) {
    for (const source of new Set(bundle.links.map((link) => link.source))) {
      const from = nodeOf.get(source);
      if (!from) continue;
      const links = bundle.links.filter((link) => link.source === source);
      const edge = { from, to: bundle, links, drift: worstDrift(links), severity: worst(links.map((link) => link.severity)) };
      edges.push(edge);
      from.edges.push(edge);
      bundle.edges.push(edge);
    }
  }
  return edges;
}

// Each node goes where the nodes it is linked to are, on average: few lines cross then.
function untangle(sources, bundles) {
  const settle = (nodes, others, other) => {
    const place = new Map(others.map((node, index) => [node, (index + 0.5) / others.length]));
    const mean = new Map(nodes.map((node) => [node, node.edges.reduce((sum, edge) => sum + place.get(other(edge)), 0) / node.edges.length]));
    nodes.sort((a, b) => mean.get(a) - mean.get(b));
  };
  for (let round = 0; round < 12; round += 1) {
    settle(sources, bundles, (edge) => edge.to);
    settle(bundles, sources, (edge) => edge.from);
  }
}

// Groups of several VPCs are often called the same.
function markAmbiguous(sources) {
  const seen = new Map();
  for (const { source } of sources) seen.set(source.label, (seen.get(source.label) ?? 0) + 1);
  for (const node of sources) node.ambiguous = seen.get(node.source.label) > 1;
}

function graphOf(selection) {
  const allBundles = bundleCaches(selection).sort(worstFirst);
  const drawn = allBundles.slice(0, MOST_NODES);
  const allSources = new Set(allBundles.flatMap((bundle) => bundle.links.map((link) => link.source)));
  const sources = bundleSources(drawn).sort(worstFirst).slice(0, MOST_NODES);
  markAmbiguous(sources);
  const edges = connect(sources, drawn);
  const bundles = drawn.filter((bundle) => bundle.edges.length);
  untangle(sources, bundles);
  const cachesIn = (list) => list.reduce((sum, bundle) => sum + bundle.caches.length, 0);
  return {
    sources, bundles, edges,
    left: { caches: cachesIn(allBundles) - cachesIn(bundles), sources: allSources.size - sources.length },
    alone: selection.caches.length - cachesIn(allBundles),
  };
}
