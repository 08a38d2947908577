// Starts the page and joins its parts: who acts, which channel is open, and what arrives live.
import { fill, h, icon, iconButton, keep } from "./dom.js";
import { fetchMessages, fetchState } from "./api.js";
import * as actions from "./actions.js";
import { setNow, startTicking } from "./clock.js";
import { mountComposer, openComposer } from "./composer.js";
import { follow } from "./live.js";
import { drawPanels } from "./panels.js";
import { closePopover, notify, popoverOpen } from "./popover.js";
import { EPHEMERAL } from "./message.js";
import { openProfile } from "./profile.js";
import { badgeTotal, behind, countMessage, firstUnread, loadMarks, markRead, recount } from "./reads.js";
import { drawSidebar } from "./sidebar.js";
import {
  changeReaction,
  channelName,
  dropChannel,
  dropMessage,
  emit,
  findChannel,
  findMessage,
  forgetChoices,
  forgetRooms,
  isDirect,
  isThread,
  on,
  putChannel,
  putMessage,
  room,
  store,
  takeState,
} from "./store.js";
import { mountTimeline, newestId, resetTimeline } from "./timeline.js";

const part = (id) => document.getElementById(id);
const narrow = matchMedia("(max-width: 1099px)");
let lost = false;
let missed = false;

function readHash() {
  const params = new URLSearchParams(location.hash.slice(1));
  return { channel: params.get("channel"), as: params.get("as"), still: params.get("live") === "off" };
}

function writeHash() {
  const { as, still } = readHash();
  const hash = `#${new URLSearchParams({ channel: store.channel ?? "", as: store.me.id, ...(still ? { live: "off" } : {}) })}`;
  if (location.hash !== hash) history[as ? "pushState" : "replaceState"](null, "", hash);
}

/** Takes on a person: their view of everything is read afresh and followed live. */
async function become(as, channel) {
  const state = await readState(as);
  if (!state) return;
  closePopover();
  forgetRooms();
  takeState(state);
  setNow(state.now, state.clock_running);
  loadMarks();
  if (!readHash().still) follow(store.me.id, hear, connection); // "live=off" gives a page at rest, for pictures
  drawPanels(part("panels-body"));
  await openChannel(pickChannel(channel));
  countDirect();
}

async function readState(as) {
  try {
    return await fetchState(as);
  } catch (error) {
    if (as) {
      try {
        return await fetchState();
      } catch {
        /* told below */
      }
    }
    connection("lost");
    console.warn(error);
    setTimeout(() => {
      if (!store.me) start();
    }, 2000);
    return null;
  }
}

function pickChannel(wanted) {
  const first = store.channels.filter((c) => c.type === 0).sort((a, b) => (a.position ?? 0) - (b.position ?? 0))[0];
  return findChannel(wanted)?.id ?? findChannel(store.channel)?.id ?? first?.id ?? store.channels[0]?.id ?? null;
}

async function openChannel(id) {
  const previous = store.channel;
  if (!id) return drawFrame();
  store.channel = id;
  writeHash();
  closeDrawers();
  resetTimeline(firstUnread(id, room(id).list));
  openComposer(previous === id ? null : previous);
  drawFrame();
  if (!room(id).loaded) await load(id, true);
  markRead(id, newestId(room(id).list));
  drawFrame();
}

async function load(id, fresh) {
  const as = store.me.id;
  try {
    const list = await fetchMessages(as, id);
    if (as !== store.me.id) return;
    const held = room(id);
    held.list = held.list.filter((m) => m.local || list.some((known) => known.id === m.id));
    list.forEach(putMessage);
    held.loaded = true;
    held.more = list.length >= 50;
  } catch {
    if (!lost) notify("The messages could not be loaded", "error");
  }
  if (store.channel !== id) return;
  if (fresh) resetTimeline(firstUnread(id, room(id).list));
  else emit("messages");
}

/** Direct messages not seen yet are counted from the messages themselves. */
async function countDirect() {
  const as = store.me.id;
  for (const channel of store.channels.filter(isDirect)) {
    if (channel.id === store.channel || !(behind(channel) || channel.last_message_id === undefined)) continue;
    const list = await fetchMessages(as, channel.id).catch(() => []);
    if (as !== store.me.id || channel.id === store.channel) return;
    recount(channel.id, list);
  }
  drawFrame();
}

function drawFrame() {
  if (!store.me) return;
  drawSidebar(part("sidebar"), { theme: themeButton(), close: closeDrawers });
  const channel = findChannel(store.channel);
  const parent = isThread(channel) ? findChannel(channel.parent_id) : null;
  const crumbs = parent
    ? [
        h("button.link-button", { type: "button", onclick: () => openChannel(parent.id) }, `#${channelName(parent)}`),
        icon("right"),
      ]
    : null;
  const mark = isDirect(channel) ? "mail" : isThread(channel) ? "thread" : "hash";
  fill(
    part("channel-head"),
    crumbs,
    icon(mark),
    h("h2", null, channelName(channel)),
    channel?.topic ? h("span.topic", null, channel.topic) : null,
  );
  const badge = badgeTotal();
  document.title = `${badge ? `(${badge}) ` : ""}${isDirect(channel) ? "" : "#"}${channelName(channel)} · ${store.title || store.guild?.name || "Sandbox"}`;
  part("open-channels").classList.toggle("has-badge", badge > 0);
  part("no-bot").hidden = store.connected;
}

const HEARD = {
  MESSAGE_CREATE: hearMessage,
  MESSAGE_UPDATE(message) {
    forgetChoices(message.id);
    store.errors.delete(message.id);
    putMessage(message);
    emit("messages");
  },
  MESSAGE_DELETE({ id, channel_id: channel }) {
    dropMessage(channel, id);
    emit("messages");
  },
  CHANNEL_CREATE: hearChannel,
  CHANNEL_UPDATE: hearChannel,
  THREAD_CREATE: hearChannel,
  THREAD_UPDATE: hearChannel,
  CHANNEL_DELETE: hearNoChannel,
  THREAD_DELETE: hearNoChannel,
  MESSAGE_REACTION_ADD(event) {
    changeReaction(event, 1);
    emit("messages");
  },
  MESSAGE_REACTION_REMOVE(event) {
    changeReaction(event, -1);
    emit("messages");
  },
  TYPING_START(event) {
    if (!store.typing.has(event.channel_id)) store.typing.set(event.channel_id, new Map());
    store.typing.get(event.channel_id).set(event.user_id, Date.now() + 10000);
    emit("typing");
  },
  COMMANDS({ commands }) {
    store.commands = commands ?? [];
  },
  STATE: resync,
  CLOCK(event) {
    setNow(event.now, event.clock_running);
  },
};

function hear(name, event) {
  HEARD[name]?.(event);
}

function hearMessage(message) {
  const known = findMessage(message.channel_id, message.id);
  putMessage(message);
  store.typing.get(message.channel_id)?.delete(message.author?.id);
  noteNewest(message, known);
  const open = message.channel_id === store.channel;
  if (open && document.visibilityState === "visible") markRead(message.channel_id, message.id);
  else if (!known) countMessage(message);
  emit("messages");
  emit("typing");
  drawFrame();
}

/** A thread's length is counted here too, unless an update of the thread already counted this message. */
function noteNewest(message, known) {
  const channel = findChannel(message.channel_id);
  if (!channel || message.flags & EPHEMERAL) return;
  if (isThread(channel) && !known && channel.last_message_id !== message.id)
    channel.message_count = (channel.message_count ?? 0) + 1;
  channel.last_message_id = message.id;
}

function hearChannel(channel) {
  putChannel(channel);
  emit("messages");
  drawFrame();
}

function hearNoChannel({ id }) {
  dropChannel(id);
  if (store.channel === id) {
    store.channel = null;
    openChannel(pickChannel());
  } else drawFrame();
}

/** Reads again what may have been missed, without losing the place. */
async function resync() {
  const as = store.me.id;
  const state = await fetchState(as).catch(() => null);
  if (!state || store.me.id !== as) return;
  takeState(state);
  setNow(state.now, state.clock_running);
  for (const held of store.rooms.values()) held.loaded = false;
  drawPanels(part("panels-body"));
  if (findChannel(store.channel)) await load(store.channel, false);
  else await openChannel(pickChannel());
  await countDirect();
}

function connection(status) {
  lost = status === "lost";
  part("banner").hidden = !lost;
  if (lost) missed = true;
  if (!lost && missed) {
    missed = false;
    if (store.me) resync();
  }
}

const THEMES = ["auto", "light", "dark"];
function applyTheme(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

function themeButton() {
  const dark =
    getComputedStyle(document.documentElement).getPropertyValue("color-scheme").trim() === "dark" ||
    (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  return iconButton(dark ? "sun" : "moon", dark ? "Use the light theme" : "Use the dark theme", () => {
    const next = dark ? "light" : "dark";
    keep.set("localStorage", "sandbox.theme", next);
    applyTheme(next);
    drawFrame();
  });
}

/** On narrow screens each column is a drawer over the messages; the panels can be folded away on wide ones too. */
function toggleDrawer(name) {
  const frame = part("frame");
  const wide = name === "panels" && !narrow.matches;
  if (wide) {
    frame.classList.toggle("no-panels");
    return markDrawers();
  }
  const opening = frame.dataset.drawer !== name;
  frame.dataset.drawer = opening ? name : "";
  markDrawers();
  if (opening) part(name).querySelector("[aria-current], button, input")?.focus();
}

function closeDrawers() {
  const frame = part("frame");
  const was = frame.dataset.drawer;
  frame.dataset.drawer = "";
  markDrawers();
  if (was) part(was === "sidebar" ? "open-channels" : "open-panels").focus();
}

function markDrawers() {
  const frame = part("frame");
  part("open-channels").setAttribute("aria-expanded", String(frame.dataset.drawer === "sidebar"));
  part("open-panels").setAttribute(
    "aria-expanded",
    String(narrow.matches ? frame.dataset.drawer === "panels" : !frame.classList.contains("no-panels")),
  );
  part("sidebar").inert = matchMedia("(max-width: 759px)").matches && frame.dataset.drawer !== "sidebar";
  part("panels").inert = narrow.matches ? frame.dataset.drawer !== "panels" : frame.classList.contains("no-panels");
  part("main").inert = Boolean(frame.dataset.drawer);
}

function mount() {
  part("open-channels").append(icon("menu"));
  part("open-panels").append(icon("panel"));
  part("close-panels").append(icon("close"));
  part("open-channels").addEventListener("click", () => toggleDrawer("sidebar"));
  part("open-panels").addEventListener("click", () => toggleDrawer("panels"));
  for (const id of ["close-panels", "scrim"]) part(id).addEventListener("click", closeDrawers);
  mountTimeline(part("stream"), actions);
  mountComposer(part("main"));
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && part("frame").dataset.drawer && !popoverOpen()) closeDrawers();
  });
  window.addEventListener("resize", markDrawers);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawFrame);
  window.addEventListener("popstate", followHash);
  document.addEventListener("visibilitychange", () => {
    if (store.channel && !document.hidden) {
      markRead(store.channel, newestId(room(store.channel).list));
      drawFrame();
    }
  });
  on("open", openChannel);
  on("become", (as) => become(as));
  on("profile", openProfile);
  on("channels", drawFrame);
  markDrawers();
  startTicking();
}

function followHash() {
  const { channel, as } = readHash();
  if (as && as !== store.me?.id) become(as, channel);
  else if (channel && channel !== store.channel && findChannel(channel)) openChannel(channel);
}

async function start() {
  const { channel, as } = readHash();
  await become(as, channel);
}

const wanted = keep.get("localStorage", "sandbox.theme");
applyTheme(THEMES.includes(wanted) ? wanted : "auto");
mount();
start();
