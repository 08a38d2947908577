// Keeps the open channel's messages on screen: groups, day lines, scrolling and keyboard steps.
import { h, icon } from "./dom.js";
import { dayKey, dayName } from "./clock.js";
import { avatar } from "./colour.js";
import { EPHEMERAL, messageNode, SILENT } from "./message.js";
import {
  channelName,
  compareIds,
  displayName,
  findChannel,
  findUser,
  isDirect,
  isThread,
  on,
  putMessage,
  room,
  store,
} from "./store.js";
import { fetchMessages } from "./api.js";

const GROUP_MS = 7 * 60 * 1000;
let pane, log, intro, jumpButton, typingLine;
let acts = {};
let drawn = new Map(); // message id -> {node, mark}
let stuck = true;
let lastTop = 0; // where it was scrolled to
let newFrom = null; // the first unread message's id when the channel was opened
let loadingOlder = false;

export function mountTimeline(root, callbacks) {
  acts = callbacks;
  log = h("div.log", { role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": "Messages" });
  intro = h("div.intro");
  pane = h("div.timeline", { tabindex: "-1" }, h("div.pusher"), intro, log);
  jumpButton = h("button.jump-down", { type: "button", hidden: true, onclick: () => toEnd() }, "Newer messages", icon("chevron"));
  typingLine = h("div.typing", { "aria-live": "polite" });
  root.append(pane, jumpButton, typingLine);
  pane.addEventListener("scroll", watchScroll, { passive: true });
  new ResizeObserver(() => {
    if (stuck) toEnd();
  }).observe(log);
  new ResizeObserver(() => {
    if (stuck) toEnd();
  }).observe(pane);
  listenKeys();
  on("messages", draw);
  on("typing", drawTyping);
  on("jump", jump);
  setInterval(drawTyping, 2000);
}

/** Starts afresh in the newly opened channel; `firstUnread` gets the line that says so. */
export function resetTimeline(firstUnread) {
  drawn = new Map();
  newFrom = firstUnread;
  stuck = true;
  log.replaceChildren();
  draw();
  drawTyping();
}

function watchScroll() {
  // What grows meanwhile does not count as leaving the end: only who scrolls up does.
  const isNearEnd = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 60;
  stuck = isNearEnd || (stuck && pane.scrollTop >= lastTop);
  lastTop = pane.scrollTop;
  jumpButton.hidden = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 400;
  if (pane.scrollTop < 120) older();
}

function toEnd() {
  pane.scrollTop = pane.scrollHeight;
  stuck = true;
  jumpButton.hidden = true;
}

async function older() {
  const id = store.channel;
  const held = room(id);
  if (loadingOlder || !held.loaded || !held.more || !held.list.length) return;
  loadingOlder = true;
  const before = pane.scrollHeight;
  try {
    const list = await fetchMessages(store.me.id, id, held.list[0].id);
    held.more = list.length >= 50;
    list.forEach(putMessage);
    if (store.channel === id) {
      draw();
      pane.scrollTop += pane.scrollHeight - before;
    }
  } catch {
    held.more = false;
  }
  loadingOlder = false;
}

function groups(message, previous) {
  if (!previous || message.type !== previous.type || ![0, undefined].includes(message.type)) return false;
  if (message.author.id !== previous.author.id || message.id === newFrom) return false;
  if (message.interaction?.name || message.interaction_metadata?.name || message.referenced_message) return false;
  if (message.flags & SILENT || (message.flags & EPHEMERAL) !== (previous.flags & EPHEMERAL)) return false;
  const [a, b] = [Date.parse(previous.timestamp), Date.parse(message.timestamp)];
  return b - a < GROUP_MS && dayKey(a) === dayKey(b);
}

/** Redraws only the messages that changed and leaves the other nodes where they are. */
function draw() {
  const held = room(store.channel);
  drawIntro(held);
  log.setAttribute("aria-busy", String(!held.loaded));
  const focus = rememberFocus();
  const wanted = [];
  let previous = null;
  for (const message of held.list) {
    wanted.push(...linesBefore(message, previous), nodeFor(message, groups(message, previous)));
    previous = message;
  }
  if (!held.loaded && !held.list.length) wanted.push(...skeletons());
  settle(wanted);
  restoreFocus(focus);
  setTabStop();
  if (stuck) toEnd();
}

function linesBefore(message, previous) {
  const lines = [];
  const day = dayKey(Date.parse(message.timestamp));
  if (!previous || dayKey(Date.parse(previous.timestamp)) !== day)
    lines.push(
      lineFor(`day-${day}`, () => h("div.day", { role: "separator" }, h("span", null, dayName(Date.parse(message.timestamp))))),
    );
  if (message.id === newFrom)
    lines.push(
      lineFor("new", () => h("div.new-line", { role: "separator", "aria-label": "New messages" }, h("span", null, "New"))),
    );
  return lines;
}

function lineFor(key, make) {
  if (!drawn.has(key)) drawn.set(key, { node: make(), mark: "" });
  return drawn.get(key).node;
}

function nodeFor(message, grouped) {
  const thread = findChannel(message.thread?.id ?? message.id);
  const mark = [message.version, grouped, thread?.message_count, thread?.name].join("|");
  const old = drawn.get(message.id);
  if (old?.mark === mark) return old.node;
  const node = messageNode(message, { grouped, acts });
  drawn.set(message.id, { node, mark });
  return node;
}

/** Brings the log's children into the wanted order with as few moves as possible. */
function settle(wanted) {
  const keep = new Set(wanted);
  for (const child of [...log.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((node, at) => {
    if (log.children[at] !== node) log.insertBefore(node, log.children[at] ?? null);
  });
}

function skeletons() {
  return [1, 2, 3, 4].map((n) => h(`div.skeleton.s${n}`, { "aria-hidden": "true" }, h("i"), h("b"), h("b")));
}

function drawIntro(held) {
  intro.replaceChildren();
  const channel = findChannel(store.channel);
  if (!held.loaded || held.more || !channel) return;
  const name = channelName(channel);
  const mark = isDirect(channel)
    ? avatar(channel.recipients?.find((u) => u.id !== store.me.id) ?? store.bot, name)
    : h("span.intro-mark", null, icon(isThread(channel) ? "thread" : "hash"));
  const title = isDirect(channel) ? name : isThread(channel) ? name : `Welcome to #${name}`;
  const parent = findChannel(channel.parent_id);
  const note = isDirect(channel)
    ? `This is the beginning of your direct messages with ${name}.`
    : isThread(channel)
      ? `A thread${parent ? ` in #${channelName(parent)}` : ""}${findUser(channel.owner_id) ? `, started by ${displayName(findUser(channel.owner_id))}` : ""}.`
      : channel.topic || `This is the start of the #${name} channel.`;
  intro.append(mark, h("h2", null, title), h("p", null, note));
}

function drawTyping() {
  const typing = store.typing.get(store.channel) ?? new Map();
  for (const [id, end] of typing) if (end < Date.now() || id === store.me?.id) typing.delete(id);
  const names = [...typing.keys()].map((id) => displayName(findUser(id)));
  const words = names.length ? `${names.slice(0, 3).join(", ")} ${names.length === 1 ? "is" : "are"} typing…` : "";
  if (typingLine.textContent !== words) typingLine.textContent = words;
}

function jump(id) {
  const node = drawn.get(id)?.node;
  if (!node) return;
  node.scrollIntoView({ block: "center" });
  node.focus({ preventScroll: true });
  node.classList.add("flash");
  setTimeout(() => node.classList.remove("flash"), 1600);
}

/** A redrawn message loses the focus inside it; what had it is found again by its key. */
function rememberFocus() {
  const held = document.activeElement;
  const article = held?.closest?.(".log article");
  return article ? { id: article.dataset.id, key: held.dataset.key, self: held === article, held } : null;
}

function restoreFocus(focus) {
  if (!focus || focus.held.isConnected) return;
  const article = drawn.get(focus.id)?.node;
  const target =
    focus.key && article
      ? [...article.querySelectorAll("[data-key]")].find((n) => n.dataset.key === focus.key && !n.disabled)
      : null;
  (target ?? article ?? pane).focus?.({ preventScroll: true });
}

const articles = () => [...log.querySelectorAll("article")];

/** The log is one tab stop: the focused message, or else the last. */
function setTabStop() {
  const list = articles();
  if (!list.length || list.some((node) => node.tabIndex === 0)) return;
  list.at(-1).tabIndex = 0;
}

function listenKeys() {
  log.addEventListener("focusin", (event) => {
    const article = event.target.closest("article");
    for (const node of articles()) {
      node.tabIndex = node === article ? 0 : -1;
      for (const tool of node.querySelectorAll(".tools button")) tool.tabIndex = node === article ? 0 : -1;
    }
  });
  log.addEventListener("keydown", (event) => {
    if (event.target.tagName !== "ARTICLE") return;
    const list = articles();
    const at = list.indexOf(event.target);
    const next = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: list.length - 1 }[event.key];
    if (next !== undefined && list[next]) {
      event.preventDefault();
      list[next].focus();
    }
  });
  log.addEventListener("contextmenu", (event) => openMenuAt(event, { x: event.clientX, y: event.clientY }));
  longPress(log, openMenuAt);
}

function openMenuAt(event, point) {
  const article = event.target.closest("article");
  const message = article && room(store.channel).list.find((m) => m.id === article.dataset.id);
  if (!message || message.local || event.target.closest("a, input, textarea") || String(getSelection())) return;
  event.preventDefault?.();
  const keyboard = point.x === 0 && point.y === 0;
  acts.menu(message, article, keyboard ? null : point);
}

function longPress(root, run) {
  let timer;
  root.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch") return;
    const point = { x: event.clientX, y: event.clientY };
    timer = setTimeout(() => run({ target: event.target }, point), 550);
  });
  for (const name of ["pointerup", "pointercancel", "pointermove"]) root.addEventListener(name, () => clearTimeout(timer));
}

export const newestId = (list) =>
  list
    .filter((m) => !m.local)
    .map((m) => m.id)
    .sort(compareIds)
    .at(-1);
