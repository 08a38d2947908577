// Draws one message with everything around it: reply line, header, body, reactions, thread, marks.
import { h, icon, iconButton } from "./dom.js";
import { avatar, roleVars } from "./colour.js";
import { timeNode } from "./clock.js";
import { markdown } from "./markdown.js";
import { attachments, embed } from "./embeds.js";
import { components } from "./components.js";
import { callsMe, displayName, emit, findChannel, isBot, nameColour, store } from "./store.js";

export const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
const SUPPRESS_EMBEDS = 1 << 2;
export const SILENT = 1 << 12;
const SYSTEM = { 6: "pinned a message to this channel.", 7: "joined the server.", 18: "started a thread:" };

/** `acts` are the callbacks of actions.js; `grouped` leaves out the header. */
export function messageNode(message, { grouped, acts }) {
  if (SYSTEM[message.type]) return systemNode(message);
  const starter = message.type === 21 && message.referenced_message;
  const shown = starter ? { ...message.referenced_message, version: message.version } : message;
  const classes = ["message", grouped ? "grouped" : "full"];
  if (shown.flags & EPHEMERAL) classes.push("ephemeral");
  if (callsMe(shown)) classes.push("calls-me");
  const node = h(`article.${classes.join(".")}`, {
    tabindex: "-1",
    dataset: { id: message.id },
    "aria-label": `${displayName(shown.author)}`,
    "aria-roledescription": "message",
  });
  node.append(
    ...[leadIn(shown), grouped ? gutterTime(shown) : portrait(shown), body(shown, grouped, acts), tools(shown, acts)].filter(
      Boolean,
    ),
  );
  return node;
}

function systemNode(message) {
  const rest =
    message.type === 18
      ? [
          " ",
          h(
            "button.link-button",
            { type: "button", onclick: () => emit("open", message.message_reference?.channel_id) },
            message.content,
          ),
        ]
      : null;
  return h(
    "article.message.system",
    { tabindex: "-1", dataset: { id: message.id } },
    h("span.gutter", null, icon(message.type === 18 ? "thread" : "right")),
    h(
      "div.message-body",
      null,
      h("strong", null, displayName(message.author)),
      ` ${SYSTEM[message.type]}`,
      rest,
      " ",
      timeNode(Date.parse(message.timestamp), "head"),
    ),
  );
}

/** The line above a message: what it answers, or which command called it up. */
function leadIn(message) {
  const command = message.interaction ?? message.interaction_metadata;
  if (command?.name) return commandLine(command);
  if (message.type === 19 || message.referenced_message) return replyLine(message);
  return null;
}

/** Only chat commands carry the slash; message and user commands are named as they are. */
function commandLine({ user, name, command_type: kind }) {
  const own = (kind ?? 1) !== 1 || store.commands.some((command) => command.type > 1 && command.name === name);
  return h(
    "div.lead-in",
    null,
    h("span.spine"),
    user ? avatar(user, displayName(user)) : null,
    h(
      "span",
      null,
      user ? h("strong", null, displayName(user)) : null,
      " used ",
      h("span.mention", null, own ? name : `/${name}`),
    ),
  );
}

function replyLine(message) {
  const target = message.referenced_message;
  if (!target) return h("div.lead-in", null, h("span.spine"), h("em", null, "Original message was deleted"));
  const words =
    target.content ||
    target.embeds?.[0]?.title ||
    (target.attachments?.length ? "Click to see attachment" : "Click to see message");
  const jump = () => emit("jump", target.id);
  return h(
    "div.lead-in",
    null,
    h("span.spine"),
    avatar(target.author, displayName(target.author)),
    author(target),
    h("button.reply-words", { type: "button", onclick: jump }, plain(words)),
  );
}

/** Words for one line, without marks and with names in place of ids. */
export function plain(text) {
  return markdown(text.slice(0, 300)).textContent.replace(/\s+/g, " ").trim();
}

function author(message) {
  const open = (event) => emit("profile", { user: message.author, anchor: event.currentTarget });
  return h(
    "span.author",
    null,
    h(
      "button.author-name",
      { type: "button", vars: roleVars(nameColour(message.author.id)), onclick: open },
      displayName(message.author),
    ),
    isBot(message.author) ? h("span.tag", null, "BOT") : null,
  );
}

function portrait(message) {
  const open = (event) => emit("profile", { user: message.author, anchor: event.currentTarget });
  return h(
    "button.gutter.portrait",
    { type: "button", tabindex: "-1", "aria-hidden": "true", onclick: open },
    avatar(message.author, displayName(message.author)),
  );
}

const gutterTime = (message) =>
  h("span.gutter.gutter-time", { "aria-hidden": "true" }, timeNode(Date.parse(message.timestamp), "gutter"));

function header(message) {
  const silent =
    message.flags & SILENT
      ? h("span.silent", { title: "Sent without a notification" }, icon("bellOff", "Sent without a notification"))
      : null;
  const edited = message.edited_timestamp && !message.content ? editedMark(message) : null;
  return h("header.message-header", null, author(message), timeNode(Date.parse(message.timestamp), "head"), silent, edited);
}

function editedMark(message) {
  const mark = h("span.edited", null, "(edited)");
  mark.title = new Date(message.edited_timestamp).toString();
  return mark;
}

function body(message, grouped, acts) {
  const node = h("div.message-body");
  const parts = [
    grouped ? null : header(message),
    words(message),
    message.flags & SUPPRESS_EMBEDS ? null : (message.embeds ?? []).map((data) => embed(data, message)),
    attachments(message.attachments ?? []),
    components(message.components, {
      message,
      press: (c) => acts.press(message, c),
      choose: (c, v) => acts.choose(message, c, v),
    }),
    reactions(message, acts),
    threadMark(message),
    failure(message),
    ephemeralFoot(message, acts),
  ];
  node.append(...parts.flat().filter(Boolean));
  return node;
}

function words(message) {
  if (message.sending) return h("div.thinking", null, dots(), h("span", null, message.sending));
  if (message.flags & LOADING)
    return h("div.thinking", null, dots(), h("span", null, `${displayName(message.author)} is thinking…`));
  if (message.failed) return h("div.failed-words", null, icon("warn"), message.failed);
  if (!message.content) return null;
  const text = markdown(message.content);
  if (message.edited_timestamp)
    (text.lastElementChild?.classList.contains("line") ? text.lastElementChild : text).append(" ", editedMark(message));
  return text;
}

export const dots = () => h("span.dots", { "aria-hidden": "true" }, h("i"), h("i"), h("i"));

function reactions(message, acts) {
  if (!message.reactions?.length) return null;
  const pills = message.reactions.map(({ emoji, count, me }) =>
    h(
      `button.reaction${me ? ".mine" : ""}`,
      {
        type: "button",
        "aria-pressed": String(Boolean(me)),
        "aria-label": `${emoji.name}, ${count} reaction${count === 1 ? "" : "s"}`,
        dataset: { key: `r:${emoji.id ?? emoji.name}` },
        onclick: () => acts.react(message, emoji.name, me),
      },
      h("span.emoji", null, emoji.id ? `:${emoji.name}:` : emoji.name),
      h("span.count", null, String(count)),
    ),
  );
  const add = iconButton("smile", "Add reaction", (event) => acts.chooseReaction(message, event.currentTarget));
  add.classList.add("reaction", "add");
  return h("div.reactions", null, pills, add);
}

function threadMark(message) {
  const known = findChannel(message.thread?.id ?? message.id);
  const thread = known && known.id !== message.channel_id ? { ...message.thread, ...known } : message.thread;
  if (!thread || thread.type === 0 || thread.id === message.channel_id) return null;
  const count = thread.message_count ?? 0;
  return h(
    "button.thread-mark",
    { type: "button", onclick: () => emit("open", thread.id) },
    h("span.spine"),
    icon("thread"),
    h("span.thread-name", null, thread.name),
    h("span.thread-count", null, `${count} ${count === 1 ? "message" : "messages"} ›`),
    h("span.see", null, "See thread"),
  );
}

function failure(message) {
  const sentence = store.errors.get(message.id);
  return sentence ? h("div.failure", { role: "alert" }, icon("warn"), sentence) : null;
}

function ephemeralFoot(message, acts) {
  if (!(message.flags & EPHEMERAL)) return null;
  const dismiss = h("button.link-button", { type: "button", onclick: () => acts.dismiss(message) }, "Dismiss message");
  return h(
    "div.ephemeral-foot",
    null,
    icon("eye"),
    h("span", null, "Only you can see this"),
    h("span.dot", { "aria-hidden": "true" }, "•"),
    dismiss,
  );
}

/** Buttons over a message's corner; they join the tab order only while the message has the focus. */
function tools(message, acts) {
  if (message.local) return null;
  const open = (event) => acts.menu(message, event.currentTarget);
  const own =
    message.flags & EPHEMERAL
      ? []
      : [
          iconButton("smile", "Add reaction", (event) => acts.chooseReaction(message, event.currentTarget), { tabindex: "-1" }),
          iconButton("reply", "Reply", () => emit("reply", message), { tabindex: "-1" }),
        ];
  return h(
    "div.tools",
    { role: "group", "aria-label": "Message actions" },
    own,
    iconButton("dots", "More", open, { tabindex: "-1", "aria-haspopup": "menu", "aria-expanded": "false" }),
  );
}
