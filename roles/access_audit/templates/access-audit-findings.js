// Copyright: (c) 2026, The elasticache.access authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

// The findings by check, and what differs from the policy; each group unfolds.

function findingLine(app, { data, cache, host }) {
  const place = cache ? cacheButton(app, cache) : el("span", { class: "place" }, hostText(host));
  return el("li", { class: "finding" }, badge(data.severity, data.severity), place,
    el("div", { class: "said" }, el("p", null, data.message), el("p", { class: "fix" }, el("b", null, "Fix: "), data.fix)));
}

function cacheButton(app, cache, link = null) {
  const host = app.model.hosts.length > 1 ? el("span", { class: "muted" }, ` ${cache.data.host}`) : null;
  return el("button", { type: "button", class: "place link", click: () => app.go(cache, link) }, cache.data.name, host);
}

function unexpectedLine(app, link) {
  return el("li", { class: "finding" }, badge("unexpected", "unexpected"), cacheButton(app, link.cache, link),
    el("div", { class: "said" }, el("p", null, el("b", null, link.source.label), ` may reach ${portsText(link.ports)}`,
      link.rule.description ? `: ${link.rule.description}` : "")));
}

function missingLine(app, { data, cache, link, host }) {
  const place = cache ? cacheButton(app, cache, link) : el("span", { class: "place" }, `${data.cache} (no such cache in ${hostText(host)})`);
  const port = data.port === null ? "" : ` to port ${data.port}`;
  return el("li", { class: "finding" }, badge("missing", "missing"), place,
    el("div", { class: "said" }, el("p", null, el("b", null, sourceName(data.source)), port, data.description ? `: ${data.description}` : ""),
      data.reason === null ? null : el("p", { class: "fix" }, data.reason)));
}

const sourceName = (source) => source.name ?? source.value ?? "unnamed";

function group(app, key, title, shapes, items, make) {
  const details = el("details", { class: "group", "data-group": key },
    el("summary", null, el("h3", null, title), el("span", { class: "badges" }, shapes)));
  unfolding(details, () => {
    const list = el("ul", { class: "lines" });
    return el("div", null, list, inPortions(items, 100, (item) => make(app, item), list));
  });
  return details;
}

const severityBadges = (findings) => countsBySeverity(findings).map(([severity, number]) => badge(severity, `${count(number)} ${severity}`));

function findingGroups(app) {
  const groups = new Map();
  for (const finding of app.selection.findings) {
    if (!groups.has(finding.data.check)) groups.set(finding.data.check, []);
    groups.get(finding.data.check).push(finding);
  }
  const bySeverity = (a, b) => severityRank(a.data.severity) - severityRank(b.data.severity);
  return [...groups].map(([check, findings]) => [check, findings.sort(bySeverity)])
    .sort(([, a], [, b]) => bySeverity(a[0], b[0]) || b.length - a.length)
    .map(([check, findings]) => {
      const badges = severityBadges(findings.map((one) => one.data));
      const caches = new Set(findings.map((one) => one.cache).filter((cache) => cache)).size;
      const where = caches ? el("span", { class: "muted" }, `in ${plural(caches, "cache")}`) : null;
      return group(app, check, checkTitle(check), [badges, where], findings, findingLine);
    });
}

function driftGroups(app) {
  const links = app.selection.caches.flatMap((cache) => app.selection.links.get(cache));
  const unexpected = links.filter((link) => link.drift === "unexpected");
  const missing = [...app.selection.missing,
    ...links.filter((link) => link.grant).map((link) => ({ data: link.grant, cache: link.cache, link, host: link.cache.host }))];
  return [
    unexpected.length ? group(app, "unexpected", "Rules that the policy does not ask for",
      badge("unexpected", `${count(unexpected.length)} unexpected`), unexpected, unexpectedLine) : null,
    missing.length ? group(app, "missing", "Grants of the policy that are missing",
      badge("missing", `${count(missing.length)} missing`), missing, missingLine) : null,
  ];
}

function nothingFound({ model, selection }) {
  if (selection.active) return "None match the filters.";
  if (model.incomplete) return "None in what could be read. That is not everything: see above what is unknown.";
  return "No findings.";
}

function regroup(app, area, make) {
  const open = new Set([...area.querySelectorAll("details[open]")].map((details) => details.dataset.group));
  area.replaceChildren(...make(app).filter((one) => one));
  for (const details of area.children) if (open.has(details.dataset.group)) details.unfold();
}

function findingsSection(app) {
  const area = el("div");
  const none = el("p", { class: "empty" });
  app.whenChanged(() => {
    regroup(app, area, findingGroups);
    none.textContent = area.children.length ? "" : nothingFound(app);
  });
  // A few are read at once.
  app.whenReady(() => app.selection.findings.length <= 8 && [...area.children].forEach((details) => details.unfold()));
  return el("section", { id: "findings", "aria-labelledby": "findings-title" },
    el("h2", { id: "findings-title" }, "Findings"), area, none);
}

function policySection(app) {
  const area = el("div");
  const none = el("p", { class: "empty" });
  app.whenChanged(() => {
    regroup(app, area, driftGroups);
    const fine = app.model.incomplete || app.model.uncompared ? "Nothing differs in what could be read and compared." : "Nothing differs from the policy.";
    none.textContent = area.children.length ? "" : app.selection.active ? "Nothing that differs matches the filters." : fine;
  });
  return el("section", { id: "policy", "aria-labelledby": "policy-title" },
    el("h2", { id: "policy-title" }, "Differences from the policy"), area, none);
}
