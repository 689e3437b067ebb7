// Copyright: (c) 2026, The elasticache.access authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

// The top of the page: what was audited, what could not be, and the counts.

function headOf(model) {
  const { report } = model;
  const { summary } = report;
  const size = [plural(summary.caches, "cache"), plural(summary.rules, "rule"), plural(summary.hosts, "host")].join(" · ");
  const but = model.uncompared ? ` except for ${plural(model.uncompared, "cache")}` : "";
  const policy = report.compared ? `held against the policy file${but}` : "not compared with a policy file";
  return [
    el("p", { class: "lead" }, `${size}, ${policy}`),
    el("p", { class: "muted" }, "As of ", el("time", { datetime: report.generated_at }, timeText(report.generated_at)),
      `, by elasticache.access ${report.collection_version}`),
    hostsOf(model),
  ];
}

function hostsOf({ hosts }) {
  const list = el("ul", { class: "hosts", "aria-label": "Accounts and regions" }, hosts.map((host) => el("li",
    { class: host.error === null ? null : "failed" }, hostText(host), host.error === null ? null : [" ", badge("critical", "not audited")])));
  return hosts.length > 6 ? el("details", null, el("summary", null, plural(hosts.length, "account or region", "accounts and regions")), list) : list;
}

// Loud, and not subject to any filter.
function alarms(model) {
  return [failureAlarm(model), unknownAlarm(model)];
}

function failureAlarm({ failed }) {
  if (!failed.length) return null;
  return el("section", { class: "notice loud", id: "failed", "aria-labelledby": "failed-title" },
    el("h2", { id: "failed-title" }, mark("critical"), `${plural(failed.length, "host")} could not be audited`),
    el("p", null, "Nothing is known of the caches there."),
    el("ul", null, failed.map((host) => el("li", null, el("strong", null, hostText(host)), `: ${host.error}`))));
}

function unknownLines(model) {
  const lines = new Map();
  const add = (unknown, where) => {
    const key = `${unknown.action ?? ""} ${unknown.message}`;
    if (!lines.has(key)) lines.set(key, { unknown, where: [] });
    lines.get(key).where.push(where);
  };
  for (const host of model.hosts) for (const unknown of host.unknown) add(unknown, hostText(host));
  for (const cache of model.caches) for (const unknown of cache.data.unknown) add(unknown, cache.data.name);
  return [...lines.values()];
}

function unknownLine({ unknown, where }) {
  const places = where.length > 3 ? `${where.slice(0, 3).join(", ")} and ${count(where.length - 3)} more` : listed(where);
  return el("li", null, unknown.message, places ? el("span", { class: "muted" }, ` (${places})`) : null,
    unknown.action === null ? null : [" Needs ", code(unknown.action), "."]);
}

function unknownAlarm(model) {
  const list = el("ul");
  const more = inPortions(unknownLines(model), 10, unknownLine, list);
  if (model.blind) list.append(el("li", null, `What is behind ${plural(model.blind, "rule")} is not fully known.`));
  if (!list.children.length) return null;
  return el("section", { class: "notice unsure", "aria-labelledby": "unknown-title" },
    el("h2", { id: "unknown-title" }, mark("unknown"), "Not everything could be read"),
    el("p", null, "What is unknown is not clean: this audit says nothing about it."), list, more);
}

function tile(app, shape, number, word, changes) {
  const [[filter, value]] = Object.entries(changes);
  const chosen = () => app.state[filter] === value;
  const button = el("button", { type: "button", class: `tile ${shape}`, disabled: number === 0 || number === null,
    click: () => app.change({ [filter]: chosen() ? "" : value }) },
  mark(shape), el("span", { class: "number" }, number === null ? "?" : count(number)), el("span", null, word));
  app.whenChanged(() => button.setAttribute("aria-pressed", String(chosen())));
  return button;
}

const tiles = (title, ...content) => el("div", { class: "tiles", role: "group", "aria-label": title }, el("h3", null, title), el("div", null, content));

function tilesOf(app) {
  const { model } = app;
  const { summary, compared } = model.report;
  const severities = SEVERITIES.map((severity) => tile(app, severity, summary.findings[severity], severity, { severity }));
  const drifts = compared && summary.drift
    ? ["unexpected", "missing", "wanted"].map((drift) => tile(app, drift, summary.drift[drift], drift, { drift }))
    : el("p", { class: "muted" }, "Not compared with a policy.");
  return el("section", { class: "counts", "aria-labelledby": "counts-title" },
    el("h2", { id: "counts-title", class: "sr" }, "Counts"),
    tiles(model.incomplete ? "Findings, at least" : "Findings", severities),
    tiles("Rules and the policy", drifts),
    tiles("Unknown", tile(app, "unknown", unknownCount(model), "not read", { unknown: "unknown" })));
}

// The report's own count, and never zero while something is unknown.
function unknownCount({ report, hosts, caches, blind }) {
  const listedOnes = [...hosts, ...caches.map((cache) => cache.data)].reduce((sum, one) => sum + one.unknown.length, 0);
  return Math.max(report.summary.unknown, listedOnes) || blind;
}
