// Copyright: (c) 2026, The elasticache.access authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

// The rules of one cache as a table, with what is behind each source.

function members(cache, rule) {
  const numbers = [orUnknown(rule.instances, "instance"), orUnknown(rule.interfaces, "interface"), orUnknown(rule.addresses, "address", "addresses")];
  if ([rule.instances, rule.interfaces, rule.addresses].every((number) => number === null) && rule.members === null) return badge("unknown", "unknown");
  if (rule.members === null || !Object.hasOwn(cache.host.members, rule.members)) return [el("span", null, numbers.join(", ")), el("br"), badge("unknown", "who, is unknown")];
  const found = cache.host.members[rule.members];
  const details = el("details", { class: "members" }, el("summary", null, numbers.join(", ")));
  return [unfolding(details, () => membersList(found, rule)), reachNote(rule)];
}

// How many of those behind a rule get through, where the audit asked for it.
function reachNote(rule) {
  if (rule.reachability === null || !rule.interfaces) return null;
  if (rule.reachable === null) return badge("unknown", "who reaches the cache, is not fully known");
  const short = rule.reachable < rule.interfaces;
  const note = short ? `${count(rule.reachable)} of ${plural(rule.interfaces, "interface")} can reach the cache` : "can reach the cache";
  return short ? badge(REACH_SHAPES.blocked, note) : el("small", null, note);
}

// The worst of what was found of some interfaces, with the reason for it.
function reachOf(rule, interfaces) {
  const found = interfaces.map((one) => rule.reachability?.[one.id]).filter((one) => one);
  const worst = REACHES.find((verdict) => found.some((one) => one.verdict === verdict));
  return worst && found.find((one) => one.verdict === worst);
}

function reachCell(reach) {
  if (!reach) return null;
  return [" ", badge(REACH_SHAPES[reach.verdict], REACH_WORDS[reach.verdict]), reach.reason && el("small", null, reach.reason)];
}

function membersList(found, rule) {
  const ofInstance = new Map(found.instances.map((instance) => [instance.id, []]));
  const others = [];
  for (const one of found.interfaces) (ofInstance.get(one.instance_id) ?? others).push(one);
  const addresses = (interfaces) => interfaces.flatMap((one) => one.addresses).join(", ");
  const lines = [
    ...found.instances.map((one) => [one.name ?? one.id, one.name === null ? "" : one.id, one.state, ofInstance.get(one.id)]),
    ...others.map((one) => [one.description || one.id, one.description ? one.id : "", one.instance_id ?? "", [one]]),
  ];
  const list = el("ul", { class: "lines plain" });
  const more = inPortions(lines, 50, ([name, id, state, interfaces]) => el("li", null, el("b", null, name), " ", id && code(id), ` ${state} `,
    addresses(interfaces) && code(addresses(interfaces)), reachCell(reachOf(rule, interfaces))), list);
  const left = (rule.interfaces ?? 0) - found.interfaces.length;
  return el("div", null, lines.length ? list : el("p", { class: "muted" }, "Nothing is in it."), more,
    left > 0 ? el("p", { class: "muted" }, `${plural(left, "more interface")} not listed in this report`) : null);
}

function sourceCell(link) {
  const { source } = link.rule;
  const from = [SOURCES[source.type] ?? source.type, source.owner_id && `account ${source.owner_id}`, source.vpc_id];
  return [el("b", null, sourceName(source)), " ", source.name ? code(source.value) : null,
    el("small", null, from.filter((one) => one).join(" · ")), link.severity ? badge(link.severity, link.severity) : null];
}

function portsCell(link) {
  const wider = link.wider ? badge("wider", "wider") : null;
  return [el("span", null, rangeText(link.rule)), el("small", null, `${portsText(link.ports)} of the cache`), wider];
}

function remarksCell(app, rule) {
  const tags = Object.entries(rule.tags).map(([key, value]) => el("li", null, `${key}=${value}`));
  const over = rule.expires_at !== null && Date.parse(rule.expires_at) <= Date.parse(app.model.report.generated_at);
  return [rule.description ? el("span", null, rule.description) : el("span", { class: "muted" }, "no description"),
    rule.expires_at === null ? null : el("small", null, over ? "expired " : "expires ", timeText(rule.expires_at)),
    tags.length ? el("ul", { class: "tags", "aria-label": "Tags" }, tags) : null];
}

function ruleCell(rule) {
  const group = rule.security_group;
  return [code(rule.rule_id), el("small", null, "in ", group.name ?? group.id)];
}

const RULE_COLUMNS = ["Source", "Ports", "Behind it", "Policy", "Kept by", "Description", "Rule"];

function ruleRow(app, cache, link) {
  const { rule } = link;
  const cells = [portsCell(link), members(cache, rule), badge(link.drift, DRIFTS[link.drift]),
    rule.managed ? "this collection" : "somebody else", remarksCell(app, rule), ruleCell(rule)];
  const row = el("tr", { tabindex: "-1" }, el("th", { scope: "row" }, sourceCell(link)), cells.map((content) => el("td", null, content)));
  cache.places.set(link, row);
  return row;
}

function rulesOf(app, cache) {
  const links = cache.links.filter((link) => link.rule);
  if (!links.length) return el("p", { class: "empty" }, cache.incomplete ? "None that could be read." : "None: nothing may reach this cache.");
  const table = el("table", { class: "rules-table" },
    el("thead", null, el("tr", null, RULE_COLUMNS.map((title) => el("th", { scope: "col" }, title)))),
    el("tbody", null, links.map((link) => ruleRow(app, cache, link))));
  const left = el("p", { class: "muted" });
  cache.filterRules = () => {
    const kept = new Set(app.selection.links.get(cache));
    for (const link of links) cache.places.get(link).hidden = !kept.has(link);
    const hidden = links.filter((link) => !kept.has(link)).length;
    left.textContent = hidden ? `${plural(hidden, "more rule")} of this cache, not shown because of the filters` : "";
  };
  cache.filterRules();
  return [scrolling(`Rules of ${cache.data.name}`, table), left];
}
