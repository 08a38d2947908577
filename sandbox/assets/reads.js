// Remembers how far each person has read each channel, for the dots and badges in the channel list.
import { keep } from "./dom.js";
import { callsMe, compareIds, isDirect, store } from "./store.js";

const counts = new Map(); // channel id -> {messages, calls} since last read
let marks = {};

const keyOf = () => `sandbox.read.${store.me?.id}`;
const save = () => keep.set("sessionStorage", keyOf(), JSON.stringify(marks));

/** Takes up one person's marks; channels seen for the first time count as read, direct messages do not. */
export function loadMarks() {
  counts.clear();
  try {
    marks = JSON.parse(keep.get("sessionStorage", keyOf()) ?? "{}");
  } catch {
    marks = {};
  }
  for (const channel of store.channels) {
    if (!(channel.id in marks) && !isDirect(channel)) marks[channel.id] = channel.last_message_id ?? "0";
  }
  save();
}

/** True when the server holds messages newer than this person's mark. */
export function behind(channel) {
  const mark = marks[channel.id] ?? "0";
  return Boolean(channel.last_message_id) && compareIds(channel.last_message_id, mark) > 0;
}

export function firstUnread(id, list) {
  const mark = marks[id] ?? "0";
  const fresh = list.filter((m) => !m.local && compareIds(m.id, mark) > 0 && m.author?.id !== store.me.id);
  return marks[id] && marks[id] !== "0" ? (fresh[0]?.id ?? null) : null;
}

export function markRead(id, newest) {
  counts.delete(id);
  if (newest && compareIds(newest, marks[id] ?? "0") > 0) {
    marks[id] = newest;
    save();
  }
}

export function countMessage(message) {
  if (message.author?.id === store.me?.id) return;
  const held = counts.get(message.channel_id) ?? { messages: 0, calls: 0 };
  counts.set(message.channel_id, { messages: held.messages + 1, calls: held.calls + (callsMe(message) ? 1 : 0) });
}

/** Counts again from a channel's own messages. */
export function recount(id, list) {
  counts.delete(id);
  for (const message of list) if (compareIds(message.id, marks[id] ?? "0") > 0) countMessage(message);
}

/** What the channel list shows: {unread, badge}. Every direct message counts as a call. */
export function unreadOf(channel) {
  const held = counts.get(channel.id) ?? { messages: 0, calls: 0 };
  const direct = isDirect(channel);
  return {
    unread: held.messages > 0 || (!direct && behind(channel) && channel.id !== store.channel),
    badge: direct ? held.messages : held.calls,
  };
}

export const badgeTotal = () => store.channels.reduce((sum, channel) => sum + unreadOf(channel).badge, 0);
