// Copyright: (c) 2026, The elasticache.access authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

// The search, the filters, and what they have left.

function choices(model) {
  const drifts = model.report.compared ? ["unexpected", "missing", "wanted"] : [];
  return {
    severity: ["Severity", [...SEVERITIES.map((one) => [one, one]), ["none", "nothing found"]]],
    drift: ["Policy", drifts.map((one) => [one, one])],
    host: ["Host", model.hosts.map((host) => [host.host, host.host])],
    kind: ["Kind", Object.entries(KINDS)],
    managed: ["Kept by", [["managed", "this collection"], ["foreign", "somebody else"]]],
    unknown: ["Unknown", [["unknown", "something unknown"]]],
  };
}

function chooser(app, filter, title, options) {
  const select = el("select", { name: filter, change: () => app.change({ [filter]: select.value }) },
    el("option", { value: "" }, "any"), options.map(([value, text]) => el("option", { value }, text)));
  app.whenChanged(() => {
    select.value = app.state[filter];
  });
  return el("label", { class: "field" }, el("span", null, title), select);
}

function searchBox(app) {
  let timer = 0;
  const input = el("input", { type: "search", name: "q", autocomplete: "off", spellcheck: "false",
    placeholder: "caches, sources, ids, addresses, tags", input: () => {
      clearTimeout(timer);
      timer = setTimeout(() => app.change({ q: input.value }), 150);
    } });
  app.whenChanged(() => {
    if (input.value !== app.state.q) input.value = app.state.q;
  });
  return el("label", { class: "field wide" }, el("span", null, "Search"), input);
}

function shownText({ model, selection }) {
  const rules = selection.caches.reduce((sum, cache) => sum + selection.links.get(cache).filter((link) => link.rule).length, 0);
  return `${count(selection.caches.length)} of ${plural(model.caches.length, "cache")} shown, with ${plural(rules, "rule")}`;
}

function pickText(pick) {
  if (pick.source) return `Only what ${pick.source.label} reaches`;
  return `Only ${pick.caches.size === 1 ? [...pick.caches][0].data.name : plural(pick.caches.size, "cache")}`;
}

function filterBar(app) {
  const status = el("p", { role: "status", id: "shown" });
  const pick = el("button", { type: "button", class: "pick", click: () => app.change({ pick: null }) });
  const clear = el("button", { type: "button", class: "clear", click: () => app.change(NOTHING_CHOSEN) }, "Clear");
  app.whenChanged(() => {
    status.textContent = shownText(app);
    pick.hidden = app.state.pick === null;
    pick.textContent = app.state.pick ? `${pickText(app.state.pick)} ✕` : "";
    clear.setAttribute("aria-disabled", String(!app.selection.active));
  });
  const selects = Object.entries(choices(app.model)).filter(([, [, options]]) => options.length)
    .map(([filter, [title, options]]) => chooser(app, filter, title, options));
  return el("form", { role: "search", class: "filters", "aria-label": "Search and filters", submit: (event) => event.preventDefault() },
    el("div", { class: "fields" }, searchBox(app), selects), el("div", { class: "outcome" }, status, pick, clear));
}

// The address keeps the choice, so that it can be sent to somebody; it is as little to be trusted as the report.

function stateFromAddress(model) {
  const given = new URLSearchParams(location.hash.slice(1));
  const state = { ...NOTHING_CHOSEN, q: given.get("q") ?? "" };
  for (const [filter, [, options]] of Object.entries(choices(model))) {
    if (options.some(([value]) => value === given.get(filter))) state[filter] = given.get(filter);
  }
  return state;
}

function stateToAddress(state) {
  const chosen = Object.entries(state).filter(([, value]) => typeof value === "string" && value);
  history.replaceState(null, "", `#${new URLSearchParams(chosen)}`);
}
