// Does what a person does to messages: presses, choices, reactions, commands; and takes the bot's answers.
import { copyText, h } from "./dom.js";
import { act } from "./api.js";
import { now } from "./clock.js";
import { openModal } from "./modal.js";
import { closePopover, notify, openMenu, openPopover } from "./popover.js";
import { EPHEMERAL } from "./message.js";
import { dropMessage, emit, findMessage, forgetChoices, putChannel, putLocal, putMessage, store, touchMessage } from "./store.js";

const QUICK = ["📞", "✉️", "✅", "👍"];
const FAILED = "This interaction failed";

/** Sends one act in the name of who is acting now; null when another person took over meanwhile. */
export async function perform(body) {
  const as = store.me.id;
  const answer = await act({ as, ...body });
  return store.me.id === as ? answer : null;
}

/** The live stream is the authority on messages; an answer only fills in what it has not brought yet. */
function takeAnswer(answer) {
  const { kind, message, modal } = answer.answer ?? {};
  if (message?.id && !findMessage(message.channel_id, message.id)) {
    putMessage(message);
    emit("messages");
  }
  if (kind === "modal" && modal) openModal({ modal, submit: (fields) => submitModal(answer.interaction, modal, fields) });
}

async function submitModal(interaction, modal, fields) {
  const answer = await perform({ do: "submit", interaction, custom_id: modal.custom_id, fields });
  if (!answer) return null;
  if (!answer.ok) return answer.error || "Something went wrong. Try again.";
  takeAnswer(answer);
  return null;
}

async function interact(message, component, body) {
  const key = `${message.id}:${component.custom_id}`;
  const redraw = () => {
    touchMessage(message.channel_id, message.id);
    emit("messages");
  };
  store.pending.add(key);
  store.errors.delete(message.id);
  redraw();
  const answer = await perform({ ...body, channel: message.channel_id, message: message.id, custom_id: component.custom_id });
  store.pending.delete(key);
  if (answer && !answer.ok) {
    store.errors.set(message.id, answer.error || FAILED);
    forgetChoices(message.id);
  }
  redraw();
  if (answer?.ok) takeAnswer(answer);
}

export const press = (message, component) => interact(message, component, { do: "click" });

export function choose(message, component, values) {
  store.chosen.set(`${message.id}:${component.custom_id}`, values);
  return interact(message, component, { do: "select", values });
}

export async function react(message, emoji, remove) {
  const answer = await perform({
    do: "react",
    channel: message.channel_id,
    message: message.id,
    emoji,
    remove: remove || undefined,
  });
  if (answer && !answer.ok) notify(answer.error || "The reaction could not be added", "error");
}

export function chooseReaction(message, anchor) {
  const pick = (emoji) => {
    closePopover(true);
    react(message, emoji, false);
  };
  const own = h("input", {
    type: "text",
    maxlength: "16",
    placeholder: "Any emoji",
    "aria-label": "Any emoji",
    autocomplete: "off",
  });
  const form = h(
    "form.own-emoji",
    {
      onsubmit: (event) => {
        event.preventDefault();
        if (own.value.trim()) pick(own.value.trim());
      },
    },
    own,
    h("button.button.secondary.small", { type: "submit" }, "Add"),
  );
  const quick = QUICK.map((emoji) =>
    h("button.quick-emoji", { type: "button", "aria-label": `React with ${emoji}`, onclick: () => pick(emoji) }, emoji),
  );
  openPopover(
    anchor,
    h("div.reaction-picker", { role: "dialog", "aria-label": "Add reaction" }, h("div.quick-row", null, quick), form),
  );
}

export async function dismiss(message) {
  if (!message.local) {
    const answer = await perform({ do: "dismiss", message: message.id });
    if (!answer) return;
    if (!answer.ok) return notify(answer.error || "The message could not be dismissed", "error");
  }
  dropMessage(message.channel_id, message.id);
  emit("messages");
}

export function menu(message, anchor, at) {
  const ephemeral = Boolean(message.flags & EPHEMERAL);
  const apps = store.commands.filter((command) => command.type === 3);
  const items = ephemeral
    ? []
    : [
        { label: "Add reaction", icon: "smile", run: () => chooseReaction(message, anchor) },
        { label: "Reply", icon: "reply", run: () => emit("reply", message) },
      ];
  if (message.content) items.push({ label: "Copy text", icon: "copy", run: () => copyWithNotice(message.content) });
  items.push({ label: "Copy message ID", icon: "copy", run: () => copyWithNotice(message.id) });
  if (apps.length && !ephemeral) {
    items.push(
      null,
      "Apps",
      ...apps.map((command) => ({ label: command.name, icon: "slash", run: () => runCommand({ command, target: message.id }) })),
    );
  }
  if (ephemeral) items.push(null, { label: "Dismiss message", icon: "close", danger: true, run: () => dismiss(message) });
  openMenu(anchor, items, { at, label: "Message actions" });
}

async function copyWithNotice(text) {
  notify((await copyText(text)) ? "Copied" : "Copying failed", "info");
}

/** Runs any command; a line shows it under way and stays when it fails. */
export async function runCommand({ command, options = [], files, target, name = command.name }) {
  const channel = store.channel;
  const timestamp = new Date(now()).toISOString();
  const started = { timestamp, interaction: { user: store.me, name }, type: 20 };
  const line = putLocal(channel, { ...started, sending: "Sending command…" });
  emit("messages");
  const answer = await perform({ do: "command", channel, command: command.id, options, target, files });
  dropMessage(channel, line);
  if (answer && !answer.ok) putLocal(channel, { ...started, failed: answer.error || "The application did not respond" });
  emit("messages");
  if (answer?.ok) takeAnswer(answer);
  return answer;
}

export async function completions(command, options) {
  const answer = await perform({ do: "autocomplete", channel: store.channel, command: command.id, options });
  return answer?.ok ? (answer.answer?.choices ?? []) : null;
}

export async function openDirect() {
  const answer = await perform({ do: "open_dm" });
  const channel = answer?.channel ?? answer?.answer?.channel;
  if (!channel) return answer && notify(answer.error || "The conversation could not be opened", "error");
  putChannel(channel);
  emit("channels");
  emit("open", channel.id);
}

/** Answers true when the message was sent. */
export async function say(channel, content, replyTo) {
  const answer = await perform({ do: "message", channel, content, reply_to: replyTo });
  if (!answer) return false;
  if (!answer.ok) {
    notify(answer.error || "Your message could not be delivered", "error");
    return false;
  }
  const message = answer.message ?? answer.answer?.message;
  if (message?.id && !findMessage(message.channel_id, message.id)) {
    putMessage(message);
    emit("messages");
  }
  return true;
}
