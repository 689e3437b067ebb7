// Copyright: (c) 2026, The elasticache.access authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

// Which caches, rules and findings the search and the filters leave.

const NOTHING_CHOSEN = { q: "", severity: "", drift: "", host: "", kind: "", managed: "", unknown: "", pick: null };

// Texts are kept once made, by what they are the text of.
function textOf(texts, thing, make) {
  if (!texts.has(thing)) texts.set(thing, make(thing));
  return texts.get(thing);
}

function searcher(texts, query) {
  const terms = query.toLowerCase().split(/\s+/).filter((term) => term);
  const hits = (term) => (thing, make) => textOf(texts, thing, make).includes(term);
  const inSource = terms.map(() => new Map());
  const sourceHas = (index, source) => {
    if (!inSource[index].has(source)) {
      const members = (one) => joined(membersText(one));
      inSource[index].set(source, [...source.members].some((one) => hits(terms[index])(one, members)));
    }
    return inSource[index].get(source);
  };
  return {
    idle: terms.length === 0,
    text: (make, thing) => terms.every((term) => hits(term)(thing, make)),
    cache: (cache) => terms.every((term) => hits(term)(cache, cacheText)),
    link: (link) => terms.every((term, index) => hits(term)(link.cache, cacheText) || hits(term)(link, linkText)
      || sourceHas(index, link.source)),
  };
}

function keepsCache(state, cache) {
  const { severity, pick } = state;
  if (state.host && cache.data.host !== state.host) return false;
  if (state.kind && cache.data.kind !== state.kind) return false;
  if (state.unknown && !cache.incomplete) return false;
  if (severity === "none" && cache.data.findings.length) return false;
  if (severity && severity !== "none" && !cache.data.findings.some((one) => one.severity === severity)) return false;
  return !pick?.caches || pick.caches.has(cache);
}

function keepsLink(state, link) {
  if (state.drift && link.drift !== state.drift) return false;
  if (state.managed && link.rule?.managed !== (state.managed === "managed")) return false;
  return !state.pick?.source || link.source === state.pick.source;
}

const narrowsLinks = (state) => Boolean(state.drift || state.managed || state.pick?.source);
const narrowsCaches = (state) => Boolean(state.kind || state.unknown || state.pick?.caches);

function selectCache(state, search, cache) {
  if (!keepsCache(state, cache)) return null;
  const whole = search.idle || search.cache(cache);
  const links = cache.links.filter((link) => keepsLink(state, link) && (whole || search.link(link)));
  const narrow = narrowsLinks(state) || !whole;
  if (narrow && !links.length) return null;
  const ids = new Set(links.map((link) => link.rule?.rule_id));
  const findings = cache.data.findings.filter((finding) => (!state.severity || finding.severity === state.severity)
    && (!narrow || finding.rule_ids.some((id) => ids.has(id))));
  return { links, findings };
}

// What belongs to a host and not to a cache.
function selectOfHosts(model, state, search, list, make) {
  if (narrowsLinks(state) && !(list === "missing" && state.drift === "missing" && !state.managed && !state.pick)) return [];
  if (narrowsCaches(state) || state.severity === "none") return [];
  return model.hosts.filter((host) => !state.host || host.host === state.host).flatMap((host) => host[list]
    .filter((one) => search.text(make, one))
    .map((data) => ({ data, cache: null, host })));
}

const hostFindingText = (finding) => joined(findingText(finding));
const hostGrantText = (grant) => joined(grant.cache, grant.description, grant.reason, sourceText(grant.source));

function select(model, state, texts) {
  const search = searcher(texts, state.q);
  const caches = [];
  const links = new Map();
  const findings = selectOfHosts(model, state, search, "findings", hostFindingText)
    .filter((one) => !state.severity || one.data.severity === state.severity);
  const missing = state.severity ? [] : selectOfHosts(model, state, search, "missing", hostGrantText);
  for (const cache of model.caches) {
    const found = selectCache(state, search, cache);
    if (found) {
      caches.push(cache);
      links.set(cache, found.links);
      for (const data of found.findings) findings.push({ data, cache, host: cache.host });
    }
  }
  const active = Object.values(state).some((value) => value);
  return { caches, links, findings, missing, active };
}
