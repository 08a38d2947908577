// Holds what the acting person knows: the server, its people, channels and messages.

export const store = {
  guild: null,
  bot: null,
  me: null,
  people: [],
  roles: [],
  channels: [],
  commands: [],
  panels: [],
  title: "",
  connected: true,
  channel: null,
  rooms: new Map(), // channel id -> {list, loaded, more}
  users: new Map(), // everyone ever seen, by id
  pending: new Set(), // `${message}:${custom_id}` of clicks not yet answered
  errors: new Map(), // message id -> sentence shown beneath it
  chosen: new Map(), // `${message}:${custom_id}` -> values picked but not yet redrawn by the bot
  gone: new Set(), // ids of deleted messages, so that a late answer cannot bring one back
  typing: new Map(), // channel id -> Map(user id -> end of typing, browser ms)
};

const listeners = new Map();
export function on(topic, listener) {
  listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
}
export function emit(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) listener(detail);
}

/** Orders snowflakes by value without losing digits. */
export const compareIds = (a, b) => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

export function takeState(state) {
  for (const key of ["guild", "bot", "me", "people", "roles", "channels", "commands", "panels", "title"]) {
    if (state[key] !== undefined && state[key] !== null) store[key] = state[key];
  }
  store.connected = state.connected !== false;
  for (const { user } of store.people) learnUser(user);
  for (const user of [store.bot, store.me]) learnUser(user);
}

export function learnUser(user) {
  if (user?.id) store.users.set(user.id, { ...store.users.get(user.id), ...user });
}

export const displayName = (user) => user?.global_name || user?.username || "Unknown";
export const findUser = (id) => store.users.get(id);
export const findRole = (id) => store.roles.find((role) => role.id === id);
export const findChannel = (id) => store.channels.find((channel) => channel.id === id);
export const personOf = (id) => store.people.find((person) => person.user.id === id);
export const isBot = (user) => Boolean(user?.bot) || user?.id === store.bot?.id;

/** The roles worth showing: not @everyone, which every member has. */
export function rolesOf(id) {
  const mine = personOf(id)?.roles ?? [];
  return store.roles.filter((role) => mine.includes(role.id) && role.name !== "@everyone");
}

export const roleColour = (role) => role?.color || role?.colors?.primary_color || 0;

export function nameColour(id) {
  const coloured = rolesOf(id)
    .filter(roleColour)
    .sort((a, b) => (b.position ?? 0) - (a.position ?? 0));
  return roleColour(coloured[0]);
}

export const isThread = (channel) => [10, 11, 12].includes(channel?.type);
export const isDirect = (channel) => channel?.type === 1 || channel?.type === 3;

export function channelName(channel) {
  if (!channel) return "unknown";
  if (!isDirect(channel)) return channel.name ?? "unnamed";
  const other = channel.recipients?.find((user) => user.id !== store.me?.id) ?? store.bot;
  return displayName(other);
}

export function putChannel(channel) {
  if (!channel?.id) return;
  const at = store.channels.findIndex((known) => known.id === channel.id);
  if (at < 0) store.channels.push(channel);
  else store.channels[at] = { ...store.channels[at], ...channel };
}

export function dropChannel(id) {
  store.channels = store.channels.filter((channel) => channel.id !== id);
}

export function room(id) {
  if (!store.rooms.has(id)) store.rooms.set(id, { list: [], loaded: false, more: false });
  return store.rooms.get(id);
}

export function forgetRooms() {
  store.rooms.clear();
  store.pending.clear();
  store.errors.clear();
  store.chosen.clear();
  store.gone.clear();
  store.typing.clear();
}

function orderOf(a, b) {
  return compareIds(a.after ?? a.id, b.after ?? b.id) || (a.local ?? 0) - (b.local ?? 0);
}

export function putMessage(message) {
  if (!message?.id || !message.channel_id || store.gone.has(message.id)) return;
  learnUser(message.author);
  for (const user of message.mentions ?? []) learnUser(user);
  const { list } = room(message.channel_id);
  const at = list.findIndex((known) => known.id === message.id);
  if (at >= 0) list[at] = { ...list[at], ...message, version: (list[at].version ?? 0) + 1 };
  else if (message.author) {
    list.push({ ...message, version: 0 });
    list.sort(orderOf);
  }
}

/** Marks a message for redrawing after something beside its own data changed. */
export function touchMessage(channel, id) {
  const message = findMessage(channel, id);
  if (message) message.version = (message.version ?? 0) + 1;
}

export const findMessage = (channel, id) => room(channel).list.find((message) => message.id === id);

export function dropMessage(channel, id) {
  store.gone.add(id);
  const held = room(channel);
  held.list = held.list.filter((message) => message.id !== id);
}

let locals = 0;
/** Adds a line only this page knows (a command under way, or one that failed). */
export function putLocal(channel, parts) {
  const last = room(channel).list.at(-1);
  const id = `local-${++locals}`;
  putMessage({
    id,
    local: locals,
    after: last?.after ?? last?.id ?? "0",
    channel_id: channel,
    author: store.bot,
    flags: 64,
    timestamp: parts.timestamp,
    ...parts,
  });
  return id;
}

export function forgetChoices(id) {
  for (const key of store.chosen.keys()) if (key.startsWith(`${id}:`)) store.chosen.delete(key);
}

/** True when the message calls the acting person, by name, by role or everyone. */
export function callsMe(message) {
  if (!store.me || message.author?.id === store.me.id) return false;
  const mine = personOf(store.me.id)?.roles ?? [];
  return (
    Boolean(message.mention_everyone) ||
    (message.mentions ?? []).some((user) => user.id === store.me.id) ||
    (message.mention_roles ?? []).some((role) => mine.includes(role))
  );
}

export function changeReaction(event, step) {
  const message = findMessage(event.channel_id, event.message_id);
  if (!message) return;
  const same = (r) => (r.emoji.id ?? r.emoji.name) === (event.emoji.id ?? event.emoji.name);
  const mine = event.user_id === store.me?.id;
  const old = (message.reactions ?? []).find(same);
  if (mine && old && old.me === step > 0) return;
  const count = (old?.count ?? 0) + step;
  const next = { emoji: event.emoji, count, me: mine ? step > 0 : Boolean(old?.me) };
  const rest = message.reactions ?? [];
  message.reactions = old ? rest.map((r) => (same(r) ? next : r)) : [...rest, next];
  message.reactions = message.reactions.filter((r) => r.count > 0);
  touchMessage(event.channel_id, event.message_id);
}
