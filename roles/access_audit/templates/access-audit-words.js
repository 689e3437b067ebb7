// Copyright: (c) 2026, The elasticache.access authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

// How things are called on the page.

const SEVERITIES = ["critical", "high", "medium", "low"];
const KINDS = { cluster: "cluster", replication_group: "replication group", serverless: "serverless" };
const SOURCES = { security_group: "security group", cidr: "address range", prefix_list: "prefix list" };
const DRIFTS = { wanted: "wanted", unexpected: "unexpected", missing: "missing", present: "not compared" };

// Whether somebody behind a rule gets through, the worst first.
const REACHES = ["blocked", "partial", "unknown", "reachable"];
const REACH_SHAPES = { blocked: "medium", partial: "medium", unknown: "unknown", reachable: "wanted" };
const REACH_WORDS = { blocked: "cannot reach it", partial: "reaches it in part", unknown: "may not reach it", reachable: "can reach it" };

const CHECKS = {
  open_to_any_address: "Open to any address",
  public_connection: "Reachable from the internet",
  expired: "Access that has expired",
  expiry_unreadable: "Expiry that cannot be read",
  wide_cidr: "Wide address range",
  wider_rule: "Rule wider than the cache needs",
  default_group: "The VPC's default group",
  guards_others: "Group that guards other things too",
  shared_by_caches: "Group shared by several caches",
  stale_reference: "Rule for a group that is gone",
  port_not_covered: "Port that no rule covers",
  empty_source: "Source with nothing in it",
  redundant_rule: "Redundant rule",
  connect_wizard: "Left by the console's connect wizard",
  membership_not_in_force: "Group change not yet in force",
  quota_nearly_used: "Quota of rules nearly used up",
};

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const checkTitle = (check) => (Object.hasOwn(CHECKS, check) ? CHECKS[check] : sentence(check.replaceAll("_", " ")));

// IPv6 ranges hold more addresses than a number can say exactly.
function count(number) {
  if (Number.isSafeInteger(number)) return number.toLocaleString("en");
  const [digits, exponent] = number.toExponential(1).split("e+");
  return `about ${digits}e${exponent}`;
}

function plural(number, one, many = `${one}s`) {
  return `${count(number)} ${number === 1 ? one : many}`;
}

const orUnknown = (number, one, many) => (number === null ? `unknown number of ${many ?? `${one}s`}` : plural(number, one, many));

function listed(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

const portsText = (ports) => (ports.length ? `${ports.length === 1 ? "port" : "ports"} ${ports.join(", ")}` : "no port");

function rangeText(rule) {
  if (rule.protocol === "-1") return "all traffic";
  const ports = rule.from_port === rule.to_port ? rule.from_port : `${rule.from_port} to ${rule.to_port}`;
  return `${rule.protocol} ${ports}`;
}

const timeText = (time) => time.replace("T", " ").replace(/(:\d\d):\d\d(\.\d+)?Z$/, "$1 UTC");

const hostText = (host) => [host.host, host.account, host.region].filter((part) => part).join(" · ");
