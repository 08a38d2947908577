// The box at the foot of a channel: typing a message, answering one, and beginning a command.
import { h, icon, iconButton } from "./dom.js";
import { say } from "./actions.js";
import { callable, commandForm, commandList, matching } from "./commands.js";
import { channelName, displayName, findChannel, isDirect, isThread, on, store } from "./store.js";

const LIMIT = 2000;
let root,
  box,
  list,
  replyBar,
  problem,
  count,
  form = null;
let replyTo = null;
const drafts = new Map(); // channel id -> unsent words

export function mountComposer(parent) {
  list = commandList(startCommand);
  replyBar = h("div.reply-bar", { hidden: true });
  problem = h("p.form-problem", { role: "alert" });
  count = h("span.letters", { "aria-live": "polite" });
  box = h("textarea", {
    rows: "1",
    maxlength: "4000",
    "aria-controls": list.id,
    "aria-autocomplete": "list",
    autocomplete: "off",
  });
  const slash = iconButton("slash", "Commands", () => {
    box.value = "/";
    box.focus();
    typed();
  });
  const send = iconButton("send", "Send", submit);
  root = h(
    "section.composer",
    { "aria-label": "Write a message" },
    list.node,
    replyBar,
    problem,
    h("div.write-row", null, slash, box, count, send),
  );
  parent.append(root);
  box.addEventListener("input", typed);
  box.addEventListener("keydown", keys);
  box.addEventListener("blur", () => list.hide());
  on("reply", startReply);
  on("command", (name) => {
    const entry = matching(name).find((e) => e.name === name);
    if (entry) startCommand(entry);
  });
}

/** Takes up the opened channel's draft. */
export function openComposer(previous) {
  if (previous) drafts.set(previous, box.value);
  endCommand(false);
  endReply();
  box.value = drafts.get(store.channel) ?? "";
  const channel = findChannel(store.channel);
  const archived = channel?.thread_metadata?.locked;
  const name = isDirect(channel)
    ? `@${channelName(channel)}`
    : isThread(channel)
      ? `“${channelName(channel)}”`
      : `#${channelName(channel)}`;
  box.placeholder = archived ? "This thread is locked" : `Message ${name}`;
  box.setAttribute("aria-label", box.placeholder);
  box.disabled = Boolean(archived);
  typed();
}

function typed() {
  problem.textContent = "";
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 220)}px`;
  const left = LIMIT - box.value.length;
  count.textContent = left < 200 ? String(left) : "";
  count.classList.toggle("over", left < 0);
  if (box.value.startsWith("/") && !box.value.includes("\n") && document.activeElement === box) list.show(box.value);
  else list.hide();
  if (list.isOpen()) box.setAttribute("aria-activedescendant", list.activeId());
  else box.removeAttribute("aria-activedescendant");
}

function keys(event) {
  if (event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (list.isOpen() && step) {
    event.preventDefault();
    list.move(step);
    box.setAttribute("aria-activedescendant", list.activeId());
    return;
  }
  if (list.isOpen() && (event.key === "Enter" || event.key === "Tab")) {
    event.preventDefault();
    return list.pick();
  }
  if (event.key === "Escape" && list.isOpen()) {
    event.preventDefault();
    event.stopPropagation();
    return list.hide();
  }
  if (event.key === "Escape" && replyTo) {
    event.preventDefault();
    event.stopPropagation();
    return endReply();
  }
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit();
  }
}

async function submit() {
  const words = box.value.trim();
  if (!words || words.length > LIMIT || box.disabled) return;
  // Nobody answers what is no command; what merely begins like a path is words.
  if (/^\/[a-z-]+(\s|$)/i.test(words) && callable().length) {
    problem.textContent = `There is no command “${words}”. Type / to see all of them.`;
    return;
  }
  const [channel, reply] = [store.channel, replyTo];
  box.value = "";
  drafts.delete(channel);
  endReply();
  typed();
  const sent = await say(channel, withMentions(words), reply?.id);
  if (!sent && store.channel === channel && !box.value) {
    box.value = words;
    typed();
  }
}

/** Names after an @ or # become the marks Discord sends; longer names win over their beginnings. */
function withMentions(words) {
  const people = [...store.people.map((p) => p.user), store.bot].filter(Boolean);
  const names = people.flatMap((u) => [displayName(u), u.username].map((name) => [`@${name}`, `<@${u.id}>`]));
  const roles = store.roles.filter((r) => r.name !== "@everyone").map((r) => [`@${r.name}`, `<@&${r.id}>`]);
  const places = store.channels.filter((c) => c.type === 0).map((c) => [`#${c.name}`, `<#${c.id}>`]);
  const known = new Map([...places, ...roles, ...names].map(([name, mark]) => [name.toLowerCase(), mark]));
  const longest = [...known.keys()]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (!longest.length) return words;
  return words.replace(new RegExp(`(?<![\\w<])(?:${longest.join("|")})(?!\\w)`, "gi"), (name) => known.get(name.toLowerCase()));
}

function startReply(message) {
  replyTo = message;
  replyBar.hidden = false;
  replyBar.replaceChildren(
    icon("reply"),
    h("span", null, "Replying to ", h("strong", null, displayName(message.author))),
    iconButton("close", "Stop replying", () => {
      endReply();
      box.focus();
    }),
  );
  box.focus();
}

function endReply() {
  replyTo = null;
  replyBar.hidden = true;
}

function startCommand(entry) {
  endCommand(false);
  list.hide();
  box.value = "";
  typed();
  form = commandForm(entry, endCommand);
  root.classList.add("commanding");
  root.prepend(form.node);
  form.focus();
}

function endCommand() {
  if (!form) return;
  const held = form.node.contains(document.activeElement);
  form.node.remove();
  form = null;
  root.classList.remove("commanding");
  if (held) box.focus();
}
