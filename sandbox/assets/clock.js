// Tells the sandbox's time (never the browser's) and keeps every shown timestamp up to date.
import { h } from "./dom.js";

const LOCALE = navigator.language?.startsWith("en") ? navigator.language : "en-GB";
const format = (options) => new Intl.DateTimeFormat(LOCALE, options);
const DAY = { day: "2-digit", month: "2-digit", year: "numeric" };
const STYLES = {
  t: format({ timeStyle: "short" }),
  T: format({ timeStyle: "medium" }),
  d: format(DAY),
  D: format({ dateStyle: "long" }),
  f: format({ dateStyle: "long", timeStyle: "short" }),
  F: format({ dateStyle: "full", timeStyle: "short" }),
  s: format({ ...DAY, hour: "numeric", minute: "2-digit" }),
  S: format({ ...DAY, hour: "numeric", minute: "2-digit", second: "2-digit" }),
};
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const STEPS = [
  ["year", 31557600],
  ["month", 2629800],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

let offset = 0;
let frozenAt = null;

export const now = () => frozenAt ?? Date.now() + offset;

/** Sets the clock; a clock that only moves when told to (`running` false) stands still between the tellings. */
export function setNow(rfc3339, running = true) {
  const at = Date.parse(rfc3339);
  if (Number.isNaN(at)) return;
  offset = at - Date.now();
  frozenAt = running === false ? at : null;
  refresh(document, true);
}

export function relative(ms) {
  const seconds = Math.round((ms - now()) / 1000);
  const [unit, size] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  const count = Math.trunc(seconds / size);
  return count === 0 ? "now" : RELATIVE.format(count, unit);
}

export const dayKey = (ms) => new Date(ms).toDateString();
export const dayName = (ms) => STYLES.D.format(ms);
export const fullTime = (ms) => STYLES.F.format(ms);
export const wallTime = () => STYLES.T.format(now());
export const wallDay = () => format({ weekday: "short", day: "numeric", month: "short" }).format(now());

function headerTime(ms) {
  const time = STYLES.t.format(ms);
  if (dayKey(ms) === dayKey(now())) return `Today at ${time}`;
  if (dayKey(ms) === dayKey(now() - 86400000)) return `Yesterday at ${time}`;
  return `${STYLES.d.format(ms)} ${time}`;
}

function text(ms, style) {
  if (style === "R") return relative(ms);
  if (style === "head") return headerTime(ms);
  return (STYLES[style] ?? STYLES.f).format(ms);
}

/** A timestamp in one of Discord's styles, or "head" for a message's own time. */
export function timeNode(ms, style = "f") {
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return h("time", null, "Invalid date");
  const own = style === "head" || style === "gutter";
  const shown = style === "gutter" ? "t" : style;
  const node = h(own ? "time" : "time.stamp", {
    datetime: new Date(ms).toISOString(),
    title: fullTime(ms),
    dataset: { ms: String(ms), style: shown },
  });
  node.append(text(ms, shown));
  return node;
}

/** Rewrites text nodes in place, so that a screen reader's log does not take a tick for a new message. */
export function refresh(root = document, all = false) {
  for (const node of root.querySelectorAll(all ? "time[data-ms]" : 'time[data-style="R"]')) {
    const next = text(Number(node.dataset.ms), node.dataset.style);
    if (node.firstChild.data !== next) node.firstChild.data = next;
  }
  for (const node of document.querySelectorAll("[data-wall]")) {
    const next = node.dataset.wall === "day" ? wallDay() : wallTime();
    if (node.textContent !== next) node.textContent = next;
  }
}

export function startTicking() {
  let minute = -1;
  setInterval(() => {
    const current = Math.floor(now() / 60000);
    refresh(document, current !== minute);
    minute = current;
  }, 1000);
}
