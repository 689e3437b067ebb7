// Copyright: (c) 2026, The elasticache.access authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

// The report, linked up: caches, the sources that reach them, and a link for each rule and each missing grant.

const severityRank = (severity) => (severity === null ? SEVERITIES.length : SEVERITIES.indexOf(severity));
const worst = (severities) => severities.reduce((a, b) => (severityRank(b) < severityRank(a) ? b : a), null);

const countsBySeverity = (findings) => SEVERITIES
  .map((severity) => [severity, findings.filter((finding) => finding.severity === severity).length]).filter(([, number]) => number);

// What draws the eye first where one place stands for several links.
const DRIFT_ORDER = ["unexpected", "missing", "present", "wanted"];
const worstDrift = (links) => DRIFT_ORDER.find((drift) => links.some((link) => link.drift === drift));

const isBlind = (rule) => [rule.members, rule.instances, rule.interfaces, rule.addresses].includes(null);

function sourceFinder(sources) {
  return (data) => {
    const value = data.value ?? data.name ?? "";
    const key = `${data.type} ${value}`;
    if (!sources.has(key)) {
      sources.set(key, { number: sources.size, type: data.type, value, name: null, label: value, links: [], members: new Set() });
    }
    const source = sources.get(key);
    if (source.name === null && data.name) source.name = source.label = data.name;
    return source;
  };
}

function ruleLink(rule, cache, source, severities) {
  const severity = severities.get(rule.rule_id) ?? null;
  return { cache, source, rule, grant: null, drift: rule.drift ?? "present", ports: rule.ports, wider: !rule.exact, severity };
}

function grantLink(grant, cache, source) {
  const ports = grant.port === null ? cache.data.ports : [grant.port];
  return { cache, source, rule: null, grant, drift: "missing", ports, wider: false, severity: null };
}

function ruleSeverities(findings) {
  const severities = new Map();
  for (const finding of findings) {
    for (const id of finding.rule_ids) severities.set(id, worst([severities.get(id) ?? null, finding.severity]));
  }
  return severities;
}

function linkCache(data, index, hosts, findSource) {
  const host = hosts.get(data.host);
  const cache = { index, data, host, links: [], blind: data.rules.filter(isBlind).length, drift: {} };
  const severities = ruleSeverities(data.findings);
  for (const rule of data.rules) {
    const source = findSource(rule.source);
    if (rule.members !== null && Object.hasOwn(host.members, rule.members)) source.members.add(host.members[rule.members]);
    cache.links.push(ruleLink(rule, cache, source, severities));
  }
  for (const grant of data.missing) cache.links.push(grantLink(grant, cache, findSource(grant.source)));
  for (const link of cache.links) {
    link.source.links.push(link);
    cache.drift[link.drift] = (cache.drift[link.drift] ?? 0) + 1;
  }
  cache.unknown = data.unknown.length > 0 || cache.blind > 0;
  // What could not be read of the whole host may concern each of its caches.
  cache.incomplete = cache.unknown || host.unknown.length > 0 || host.error !== null;
  return cache;
}

function buildModel(report) {
  const hosts = new Map(report.hosts.map((host) => [host.host, host]));
  const sources = new Map();
  const findSource = sourceFinder(sources);
  const caches = report.caches.map((data, index) => linkCache(data, index, hosts, findSource));
  const failed = report.hosts.filter((host) => host.error !== null);
  const blind = caches.reduce((sum, cache) => sum + cache.blind, 0);
  const incomplete = report.summary.unknown > 0 || failed.length > 0 || caches.some((cache) => cache.incomplete)
    || report.hosts.some((host) => host.unknown.length > 0);
  const uncompared = caches.filter((cache) => cache.data.in_policy === null).length;
  return { report, uncompared, hosts: report.hosts, caches, sources: [...sources.values()], failed, blind, incomplete };
}

// What the search looks through, made when somebody searches.

const joined = (...parts) => parts.flat(Infinity).filter((part) => part || part === 0).join("\n").toLowerCase();

const findingText = (finding) => [finding.check, checkTitle(finding.check), finding.severity, finding.security_group,
  finding.rule_ids, finding.message, finding.fix];

const unknownText = (unknown) => [unknown.message, unknown.action];

const sourceText = (source) => [source.type, source.value, source.name, source.owner_id, source.vpc_id];

const membersText = (members) => [
  members.instances.map((instance) => [instance.id, instance.name, instance.state]),
  members.interfaces.map((one) => [one.id, one.instance_id, one.description, one.addresses]),
];

function cacheText({ data, host }) {
  return joined(data.name, data.arn, KINDS[data.kind], data.engine, data.status, data.ports, data.vpc_id, host.host,
    host.account, host.region, data.security_groups.map((group) => [group.id, group.name]),
    data.findings.map(findingText), data.unknown.map(unknownText));
}

function linkText({ rule, grant }) {
  const entry = rule ?? grant;
  const own = rule ? [rule.rule_id, rule.protocol, Object.entries(rule.tags).map(([key, value]) => [`${key}=${value}`, `${key} ${value}`])]
    : [grant.reason];
  return joined(sourceText(entry.source), entry.description, entry.security_group?.id, entry.security_group?.name, own);
}
