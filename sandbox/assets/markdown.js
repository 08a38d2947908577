// Turns Discord's markdown into DOM nodes, block by block and then mark by mark.
import { codeBlock, h, link } from "./dom.js";
import { timeNode } from "./clock.js";
import { channelName, displayName, emit, findChannel, findRole, findUser, isThread, roleColour, store } from "./store.js";
import { roleVars } from "./colour.js";

const DEEPEST = 10;
const FENCE = /(?<!\\)```(?:([\w+#.-]{1,20})\n)?\n?([\s\S]+?)\n?```/g;
const LIST_ITEM = /^(\s*)([-*]|\d{1,9}\.)\s+(.+)$/;

/** A whole text with its blocks: code, headings, quotes, lists. */
export function markdown(text) {
  const root = h("div.markdown");
  if (isJumbo(text)) root.classList.add("jumbo");
  root.append(...blocks(String(text ?? ""), 0));
  return root;
}

/** One line's marks only, for titles and field names. */
export const inlineMarkdown = (text) => marks(String(text ?? ""), 0, {});

function isJumbo(text) {
  const bare = String(text ?? "").trim();
  return (
    bare.length > 0 && bare.length < 60 && /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|[\u200d\ufe0f\s])+$/u.test(bare)
  );
}

function blocks(text, depth) {
  const out = [];
  let from = 0;
  for (const fence of text.matchAll(FENCE)) {
    out.push(...lines(text.slice(from, fence.index).replace(/\n$/, ""), depth));
    out.push(codeBlock(fence[2], fence[1]));
    from = fence.index + fence[0].length;
    if (text[from] === "\n") from += 1;
  }
  out.push(...lines(text.slice(from), depth));
  return out;
}

/** Takes blocks off the front of the lines until none is left. */
function lines(text, depth) {
  if (!text) return [];
  const rest = text.split("\n");
  const out = [];
  while (rest.length) out.push(takeBlock(rest, depth));
  return out;
}

function takeBlock(rest, depth) {
  const first = rest[0];
  const heading = /^(#{1,3})\s+(\S.*)$/.exec(first);
  if (heading) {
    rest.shift();
    return h(`h${heading[1].length + 2}.md-h${heading[1].length}`, null, marks(heading[2], depth, {}));
  }
  const small = /^-#\s+(\S.*)$/.exec(first);
  if (small) {
    rest.shift();
    return h("div.subtext", null, marks(small[1], depth, {}));
  }
  if (first.startsWith(">>> ") && depth < DEEPEST)
    return h("blockquote", null, blocks([rest.shift().slice(4), ...rest.splice(0)].join("\n"), depth + 1));
  if (first.startsWith("> ") && depth < DEEPEST) return takeQuote(rest, depth);
  if (LIST_ITEM.test(first)) return takeList(rest, depth);
  return takeText(rest, depth);
}

function takeQuote(rest, depth) {
  const quoted = [];
  while (rest.length && /^>( |$)/.test(rest[0])) quoted.push(rest.shift().slice(2));
  return h("blockquote", null, blocks(quoted.join("\n"), depth + 1));
}

function takeList(rest, depth) {
  const [, indent, mark] = LIST_ITEM.exec(rest[0]);
  const ordered = /\d/.test(mark);
  const list = h(ordered ? "ol" : "ul", ordered ? { start: parseInt(mark, 10) } : null);
  while (rest.length) {
    const item = LIST_ITEM.exec(rest[0]);
    if (!item || item[1].length < indent.length || /\d/.test(item[2]) !== ordered) break;
    if (item[1].length > indent.length + 1 && list.lastChild && depth < DEEPEST) {
      list.lastChild.append(takeList(rest, depth + 1));
      continue;
    }
    rest.shift();
    list.append(h("li", null, marks(item[3], depth, {})));
  }
  return list;
}

function startsBlock(line) {
  return /^(#{1,3}|-#|>|>>>)\s+\S/.test(line) || LIST_ITEM.test(line);
}

function takeText(rest, depth) {
  const text = [rest.shift()];
  while (rest.length && !startsBlock(rest[0])) text.push(rest.shift());
  return h("div.line", null, marks(text.join("\n"), depth, {}));
}

/** Each rule: a sticky pattern, and what its match becomes. The first that fits at a place wins. */
const RULES = [
  [/\\([^0-9A-Za-z\s])/y, (m) => m[1]],
  [/(`+)([\s\S]*?[^`])\1(?!`)/y, (m) => h("code.inline", null, m[2].replace(/^ (.*) $/, "$1"))],
  [/<t:(-?\d{1,13})(?::([tTdDfFRsS]))?>/y, (m) => timeNode(Number(m[1]) * 1000, m[2] ?? "f")],
  [/<@!?(\d+)>/y, (m) => userMention(m[1])],
  [/<@&(\d+)>/y, (m) => roleMention(m[1])],
  [/<#(\d+)>/y, (m) => channelMention(m[1])],
  [/<\/([-\w ]+):(\d+)>/y, (m) => h("button.mention", { type: "button", onclick: () => emit("command", m[1]) }, `/${m[1]}`)],
  [/<a?:(\w{2,32}):\d+>/y, (m) => h("span.emoji-name", null, `:${m[1]}:`)],
  [/@(everyone|here)\b/y, (m) => h("span.mention", null, `@${m[1]}`)],
  [/\[((?:\\.|[^[\]\\\n])+)\]\(\s*<?(https?:\/\/(?:[^\s()<>]|\([^\s()<>]*\))+)>?(?:\s+"([^"\n]*)")?\s*\)/y, maskedLink],
  [/<(https?:\/\/[^\s<>]+)>/y, (m, d, c) => (c.linked ? m[1] : link(m[1], m[1]))],
  [/https?:\/\/[^\s<]*[^\s<.,:;"'\])*_~|]/y, (m, d, c) => (c.linked ? m[0] : link(m[0], m[0]))],
  [/\*\*\*((?:\\[\s\S]|[^\\])+?)\*\*\*(?!\*)/y, (m, d, c) => h("strong", null, h("em", null, marks(m[1], d, c)))],
  [/\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/y, (m, d, c) => h("strong", null, marks(m[1], d, c))],
  [/__((?:\\[\s\S]|[^\\])+?)__(?!_)/y, (m, d, c) => h("u", null, marks(m[1], d, c))],
  [/~~((?:\\[\s\S]|[^\\])+?)~~/y, (m, d, c) => h("s", null, marks(m[1], d, c))],
  [/\|\|((?:\\[\s\S]|[^\\])+?)\|\|/y, (m, d, c) => spoiler(marks(m[1], d, c))],
  [/(?<!\w)_((?:\\[\s\S]|__|[^\\_])+?)_(?!\w)/y, (m, d, c) => h("em", null, marks(m[1], d, c))],
  [/\*(?=\S)((?:\\[\s\S]|\*\*|\s+(?:[^*\s\\]|\*\*)|[^\s*\\])+?)\*(?!\*)/y, (m, d, c) => h("em", null, marks(m[1], d, c))],
];
const PLAIN = /[^\\`<@[h*_~|]+|[\s\S]/y;

function marks(text, depth, context) {
  if (depth > DEEPEST) return [text];
  const out = [];
  let at = 0;
  while (at < text.length) {
    const [length, node] = markAt(text, at, depth, context);
    if (typeof node === "string" && typeof out.at(-1) === "string") out[out.length - 1] += node;
    else out.push(node);
    at += length;
  }
  return out;
}

function markAt(text, at, depth, context) {
  if (/[\\`<@[h*_~|]/.test(text[at])) {
    for (const [pattern, make] of RULES) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (match) return [match[0].length, make(match, depth + 1, context)];
    }
  }
  PLAIN.lastIndex = at;
  const [plain] = PLAIN.exec(text);
  return [plain.length, plain];
}

/** A link whose words differ from its target also says where it leads; words that look like an address stay words. */
function maskedLink(match, depth, context) {
  const [whole, label, url] = match;
  if (/https?:\/\//i.test(label)) return whole;
  if (context.linked) return h("span", null, marks(label, depth, context));
  let host = url;
  try {
    host = new URL(url).host;
  } catch {
    /* shown as written */
  }
  const node = link(url, marks(label, depth, { linked: true }));
  return label.includes(host) ? node : h("span.masked", null, node, h("span.target", null, ` (${host})`));
}

function spoiler(children) {
  const node = h("span.spoiler", {
    role: "button",
    tabindex: "0",
    "aria-label": "Spoiler, press to show",
    "aria-expanded": "false",
  });
  node.append(h("span.spoiler-text", { "aria-hidden": "true" }, children));
  const reveal = (event) => {
    if (node.classList.contains("open")) return;
    event.preventDefault();
    node.classList.add("open");
    for (const name of ["role", "tabindex", "aria-label", "aria-expanded"]) node.removeAttribute(name);
    node.firstChild.removeAttribute("aria-hidden");
  };
  node.addEventListener("click", reveal);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") reveal(event);
  });
  return node;
}

function userMention(id) {
  const user = findUser(id);
  if (!user) return h("span.mention", null, "@unknown-user");
  const mine = id === store.me?.id ? ".mine" : "";
  const open = (event) => emit("profile", { user, anchor: event.currentTarget });
  return h(`button.mention${mine}`, { type: "button", onclick: open }, `@${displayName(user)}`);
}

function roleMention(id) {
  const role = findRole(id);
  return h("span.mention.role", { vars: roleVars(roleColour(role)) }, `@${role?.name ?? "unknown-role"}`);
}

function channelMention(id) {
  const channel = findChannel(id);
  if (!channel) return h("span.mention", null, "#unknown");
  const mark = isThread(channel) ? "🧵 " : "#";
  return h("button.mention", { type: "button", onclick: () => emit("open", id) }, `${mark}${channelName(channel)}`);
}
