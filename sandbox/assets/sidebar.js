// Draws the left column: the server's name, channels with their threads, direct messages, and who is acting.
import { fill, h, icon, iconButton } from "./dom.js";
import { avatar } from "./colour.js";
import { openDirect } from "./actions.js";
import { actingSwitch } from "./profile.js";
import { roving } from "./popover.js";
import { unreadOf } from "./reads.js";
import { channelName, compareIds, displayName, emit, isDirect, isThread, store } from "./store.js";

export function drawSidebar(root, { theme, close }) {
  const held = root.contains(document.activeElement) ? document.activeElement.dataset.channel : null;
  const scroll = root.querySelector(".channels")?.scrollTop ?? 0;
  const nav = h(
    "nav.channels",
    { "aria-label": "Channels" },
    group("Text channels", textRows()),
    group("Direct messages", directRows()),
  );
  nav.addEventListener("keydown", (event) => roving(event, [...nav.querySelectorAll(".channel")]));
  fill(root, head(close), nav, h("div.sidebar-foot", null, actingSwitch(), theme));
  nav.scrollTop = scroll;
  setTabStop(nav);
  if (held) nav.querySelector(`[data-channel="${CSS.escape(held)}"]`)?.focus();
}

/** One tab stop for the whole list: the open channel, or else the first. */
function setTabStop(nav) {
  const stop = nav.querySelector("[aria-current]") ?? nav.querySelector(".channel");
  if (stop) stop.tabIndex = 0;
}

function head(close) {
  const state = store.connected ? "Bot connected" : "Bot not connected";
  return h(
    "header.guild",
    null,
    h(
      "div",
      null,
      h("h1", null, store.guild?.name ?? "Sandbox"),
      h(`span.link-state${store.connected ? ".on" : ""}`, null, state),
    ),
    iconButton("close", "Close channel list", close, { class: "icon-button only-narrow" }),
  );
}

const group = (title, rows) => h("section.channel-group", null, h("h2", null, title), h("ul", null, rows));

const THREADS_SHOWN = 8;
const unfolded = new Set(); // channels whose older threads are shown too

const byPlace = (a, b) => (a.position ?? 0) - (b.position ?? 0) || compareIds(a.id, b.id);

function textRows() {
  const places = store.channels.filter((c) => [0, 5, 15].includes(c.type)).sort(byPlace);
  const threads = store.channels.filter((c) => isThread(c) && (!c.thread_metadata?.archived || c.id === store.channel));
  const known = new Set(places.map((c) => c.id));
  const rows = places.flatMap((c) => [row(c), ...threadRows(c, threads.filter((t) => t.parent_id === c.id).sort(byPlace))]);
  return [...rows, ...threads.filter((t) => !known.has(t.parent_id)).map(row)];
}

/** The newest threads and those that want attention; the others unfold. */
function threadRows(channel, threads) {
  const newest = new Set(
    [...threads].sort((a, b) => compareIds(b.last_message_id ?? b.id, a.last_message_id ?? a.id)).slice(0, THREADS_SHOWN),
  );
  const shown = threads.filter((t) => unfolded.has(channel.id) || newest.has(t) || t.id === store.channel || unreadOf(t).unread);
  const left = threads.length - shown.length;
  if (!left) return shown.map(row);
  const unfold = () => {
    unfolded.add(channel.id);
    emit("channels");
  };
  return [
    ...shown.map(row),
    h(
      "li",
      null,
      h(
        "button.channel.thread",
        { type: "button", tabindex: "-1", onclick: unfold },
        `${left} older thread${left === 1 ? "" : "s"}`,
      ),
    ),
  ];
}

function directRows() {
  const direct = store.channels.filter(isDirect);
  if (direct.length || !store.bot) return direct.map(row);
  const name = displayName(store.bot);
  return [
    h(
      "li",
      null,
      h(
        "button.channel",
        { type: "button", tabindex: "-1", onclick: openDirect },
        avatar(store.bot, name),
        h("span.channel-name", null, name),
      ),
    ),
  ];
}

function row(channel) {
  const { unread, badge } = unreadOf(channel);
  const name = channelName(channel);
  const current = channel.id === store.channel;
  const classes = ["channel", isThread(channel) && "thread", unread && "unread", current && "current"].filter(Boolean);
  const mark = isDirect(channel)
    ? avatar(channel.recipients?.find((u) => u.id !== store.me.id) ?? store.bot, name)
    : icon(isThread(channel) ? "thread" : "hash");
  const said = `${isThread(channel) ? ", thread" : ""}${badge ? " unread" : unread ? ", unread" : ""}`;
  return h(
    "li",
    null,
    h(
      `button.${classes.join(".")}`,
      {
        type: "button",
        tabindex: "-1",
        dataset: { channel: channel.id },
        "aria-current": current ? "page" : null,
        onclick: () => emit("open", channel.id),
      },
      mark,
      h("span.channel-name", null, name),
      badge ? h("span.badge", null, String(badge)) : null,
      said ? h("span.sr-only", null, said) : null,
    ),
  );
}
