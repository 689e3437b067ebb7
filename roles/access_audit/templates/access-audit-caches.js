// Copyright: (c) 2026, The elasticache.access authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

// One line per cache, which unfolds to all that is known of it.

const CACHES_AT_ONCE = 250;

function driftBadges(cache) {
  return ["unexpected", "missing", "wanted"].filter((drift) => cache.drift[drift])
    .map((drift) => badge(drift, `${count(cache.drift[drift])} ${drift}`));
}

function verdict(cache) {
  const found = severityBadges(cache.data.findings);
  if (cache.incomplete) return [found.length ? found : badge("unknown", "none seen"), cache.unknown ? badge("unknown", "incomplete") : badge("unknown", "host incomplete")];
  return found.length ? found : el("span", { class: "muted" }, "nothing found");
}

function cacheSummary(app, cache) {
  const { data } = cache;
  const about = [KINDS[data.kind] ?? data.kind, data.engine, portsText(data.ports), app.model.hosts.length > 1 ? data.host : null];
  return el("summary", null,
    el("span", { class: "who" }, el("h3", null, data.name), el("span", { class: "muted" }, about.filter((part) => part).join(" · "))),
    el("span", { class: "badges" }, verdict(cache)), el("span", { class: "badges" }, driftBadges(cache)),
    el("span", { class: "rules" }, plural(data.rules.length, "rule")));
}

function facts(cache) {
  const { data } = cache;
  const inPolicy = data.in_policy === null ? "not compared" : data.in_policy ? "yes" : "no";
  const pairs = [["ARN", code(data.arn)], ["Host", hostText(cache.host)], ["Status", data.status], ["VPC", data.vpc_id === null ? "unknown" : code(data.vpc_id)], ["In the policy", inPolicy]];
  return el("dl", { class: "facts" }, pairs.map(([name, value]) => el("div", null, el("dt", null, name), el("dd", null, value))));
}

function quotaBar(family, used, limit) {
  const bar = el("span", { class: "bar", "aria-hidden": "true" }, el("span"));
  bar.firstChild.style.width = `${Math.min(100, (100 * used) / limit)}%`;
  return el("span", { class: "quota" }, bar, `${family} ${count(used)} of ${count(limit)} rules`);
}

function groupLine(group) {
  const { quota } = group;
  return el("li", null, el("b", null, group.name ?? group.id), " ", group.name === null ? null : code(group.id),
    el("span", { class: "muted" }, ` ${group.status} `),
    quota === null ? badge("unknown", "quota unknown") : [quotaBar("IPv4", quota.ipv4_used, quota.limit), quotaBar("IPv6", quota.ipv6_used, quota.limit)]);
}

function cacheFinding(app, cache, finding) {
  const links = cache.links.filter((link) => finding.rule_ids.includes(link.rule?.rule_id));
  const jumps = links.slice(0, 5).map((link) => el("button", { type: "button", class: "link", click: () => app.go(cache, link) }, link.rule.rule_id));
  return el("li", { class: "finding" }, badge(finding.severity, finding.severity), el("b", { class: "place" }, checkTitle(finding.check)),
    el("div", { class: "said" }, el("p", null, finding.message), el("p", { class: "fix" }, el("b", null, "Fix: "), finding.fix),
      jumps.length ? el("p", { class: "jumps" }, "Rules: ", jumps.flatMap((jump) => [jump, " "])) : null));
}

function cacheMissing(link) {
  const { grant } = link;
  return el("li", { class: "finding", tabindex: "-1" }, badge("missing", "missing"),
    el("b", { class: "place" }, sourceName(grant.source)),
    el("div", { class: "said" }, el("p", null, grant.port === null ? "any port of the cache" : `port ${grant.port}`,
      grant.security_group === null ? "" : ` in ${grant.security_group.name ?? grant.security_group.id}`, grant.description ? `: ${grant.description}` : ""),
    grant.reason === null ? null : el("p", { class: "fix" }, grant.reason)));
}

const part = (title, ...content) => [el("h4", null, title), content];

function cacheBody(app, cache) {
  const { data } = cache;
  const findings = [...data.findings].sort((a, b) => severityRank(a.severity) - severityRank(b.severity));
  const grants = cache.links.filter((link) => link.grant);
  cache.places = new Map();
  const missing = grants.map((link) => {
    const line = cacheMissing(link);
    cache.places.set(link, line);
    return line;
  });
  return el("div", { class: "body" }, facts(cache),
    data.unknown.length ? part("Unknown", el("ul", { class: "notice unsure" }, data.unknown.map((unknown) => unknownLine({ unknown, where: [] })))) : null,
    findings.length ? part("Findings", el("ul", { class: "lines" }, findings.map((finding) => cacheFinding(app, cache, finding)))) : null,
    missing.length ? part("Missing grants", el("ul", { class: "lines" }, missing)) : null,
    part("Security groups", el("ul", { class: "plain" }, data.security_groups.map(groupLine))),
    part("Rules", rulesOf(app, cache)));
}

function cachesSection(app) {
  const list = el("div", { class: "caches" });
  const none = el("p", { class: "empty" });
  const more = el("button", { type: "button", class: "more", click: () => show(limit + CACHES_AT_ONCE) });
  const rows = new Map();
  let limit = CACHES_AT_ONCE;

  const rowOf = (cache) => {
    if (!rows.has(cache)) {
      const row = el("details", { class: `cache ${cache.data.worst ?? "calm"}-edge`, id: `cache-${cache.index}` }, cacheSummary(app, cache));
      rows.set(cache, unfolding(row, () => cacheBody(app, cache)));
    }
    return rows.get(cache);
  };
  const show = (wanted) => {
    const { caches } = app.selection;
    limit = wanted;
    list.replaceChildren(...caches.slice(0, limit).map(rowOf));
    more.hidden = caches.length <= limit;
    more.textContent = `Show ${count(Math.min(CACHES_AT_ONCE, caches.length - limit))} more of ${plural(caches.length, "cache")}`;
  };

  app.go = (cache, link = null) => {
    const at = app.selection.caches.indexOf(cache);
    if (at >= limit) show(at + 1);
    const row = rowOf(cache);
    row.unfold();
    reach((link && cache.places.get(link)) ?? row.querySelector("summary"));
  };
  app.whenChanged(() => {
    show(CACHES_AT_ONCE);
    const nothing = app.model.caches.length ? "No cache matches the filters." : "There are no caches in this report.";
    none.textContent = app.selection.caches.length ? "" : nothing;
    for (const cache of app.selection.caches) cache.filterRules?.();
  });
  return el("section", { id: "caches", "aria-labelledby": "caches-title" }, el("h2", { id: "caches-title" }, "Caches"), list, none, more);
}

// Go there with eyes and keyboard alike.
function reach(node) {
  node.scrollIntoView({ block: "center" });
  node.focus({ preventScroll: true });
  node.classList.add("reached");
  setTimeout(() => node.classList.remove("reached"), 2000);
}
