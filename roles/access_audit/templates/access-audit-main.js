// Copyright: (c) 2026, The elasticache.access authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

// Puts the page together.

function themeChooser() {
  const themes = ["auto", "light", "dark"].map((theme) => {
    const input = el("input", { type: "radio", name: "theme", value: theme, change: () => {
      document.documentElement.dataset.theme = theme;
    } });
    input.checked = theme === "auto";
    return el("label", null, input, el("span", null, theme));
  });
  return el("fieldset", { class: "theme" }, el("legend", { class: "sr" }, "Colours"), themes);
}

function contents(sections) {
  const links = sections.map((section) => el("li", null, el("a", { href: `#${section.id}`, click: (event) => {
    // The address belongs to the filters.
    event.preventDefault();
    section.scrollIntoView();
    section.tabIndex = -1;
    section.focus({ preventScroll: true });
  } }, section.querySelector("h2").textContent)));
  return el("nav", { "aria-label": "Sections" }, el("ul", null, links));
}

function start() {
  const model = buildModel(JSON.parse(document.getElementById("report").textContent));
  const changed = [];
  const ready = [];
  const texts = new Map();
  const app = {
    model,
    state: stateFromAddress(model),
    whenChanged: (listener) => changed.push(listener),
    whenReady: (listener) => ready.push(listener),
    change(changes) {
      app.state = { ...app.state, ...changes };
      app.refresh();
      stateToAddress(app.state);
    },
    refresh() {
      app.selection = select(model, app.state, texts);
      for (const listener of changed) listener();
    },
  };
  const policy = model.report.compared ? policySection(app) : null;
  const sections = [findingsSection(app), policy, pictureSection(app), matrixSection(app), cachesSection(app)].filter((one) => one);
  document.getElementById("top").append(...headOf(model), themeChooser(), contents(sections));
  document.getElementById("main").append(...alarms(model).filter((one) => one), tilesOf(app), filterBar(app), ...sections);
  app.refresh();
  for (const listener of ready) listener();
  // Ready is when it has been painted.
  requestAnimationFrame(() => setTimeout(() => {
    performance.mark("access-audit-ready");
    document.documentElement.dataset.ready = "true";
  }));
}

start();
