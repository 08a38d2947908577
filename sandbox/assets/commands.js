// Offers the slash commands: a list to pick from, then a form with an input for every option.
import { h, icon, iconButton, uid } from "./dom.js";
import { avatar } from "./colour.js";
import { combobox, entityItems, filterItems } from "./picker.js";
import { completions, runCommand } from "./actions.js";
import { displayName, store } from "./store.js";

const KIND = {
  3: "string",
  4: "integer",
  5: "boolean",
  6: "user",
  7: "channel",
  8: "role",
  9: "mentionable",
  10: "number",
  11: "attachment",
};
const OPEN_AT_ONCE = 6;

/** Every callable path: subcommands and their groups become one line each, as in "/lead show". */
export function callable() {
  const out = [];
  const walk = (command, node, path) => {
    const subs = (node.options ?? []).filter((o) => o.type === 1 || o.type === 2);
    if (!subs.length)
      out.push({
        command,
        path,
        name: path.map((p) => p.name).join(" "),
        description: node.description ?? "",
        options: node.options ?? [],
      });
    for (const sub of subs) walk(command, sub, [...path, sub]);
  };
  for (const command of store.commands) if (!command.type || command.type === 1) walk(command, command, [command]);
  return out.sort((a, b) => a.name.localeCompare(b.name));
}

const asItem = (entry) => ({ ...entry, label: `/${entry.name}` });

/** Those whose name begins with the words first, then those that hold them anywhere. */
export function matching(query) {
  const words = query.replace(/^\//, "").trim().toLowerCase();
  const all = callable().map(asItem);
  const begins = all.filter((entry) => entry.name.startsWith(words));
  return [...begins, ...filterItems(all, words).filter((entry) => !begins.includes(entry))];
}

/** The list above the text box. `pick(entry)` is told the choice. */
export function commandList(pick) {
  const id = uid("commands");
  const node = h("div.command-list", { role: "listbox", id, "aria-label": "Commands", hidden: true });
  let found = [];
  let active = 0;
  const mark = (next) => {
    node.children[active + 1]?.setAttribute("aria-selected", "false");
    active = next;
    node.children[active + 1]?.setAttribute("aria-selected", "true");
    node.children[active + 1]?.scrollIntoView({ block: "nearest" });
  };
  return {
    node,
    id,
    isOpen: () => !node.hidden,
    activeId: () => node.children[active + 1]?.id ?? "",
    hide() {
      node.hidden = true;
    },
    show(query) {
      found = matching(query);
      node.hidden = !found.length;
      node.replaceChildren(
        h("div.command-head", { role: "presentation" }, avatar(store.bot, displayName(store.bot)), displayName(store.bot)),
        ...found.map((entry, n) => commandRow(entry, `${id}-${n}`, pick)),
      );
      active = 0;
      mark(0);
    },
    move(step) {
      mark((active + step + found.length) % found.length);
    },
    pick() {
      if (found[active]) pick(found[active]);
    },
  };
}

function commandRow(entry, id, pick) {
  const hints = entry.options.map((o) => h(`span.option-hint${o.required ? ".needed" : ""}`, null, o.name));
  return h(
    "div.command-row",
    { role: "option", id, "aria-selected": "false", onpointerdown: (e) => e.preventDefault(), onclick: () => pick(entry) },
    h("span.command-name", null, `/${entry.name}`, " ", hints),
    h("span.command-note", null, entry.description),
  );
}

/** The form of one command. `close(sent)` is told when it is over. */
export function commandForm(entry, close) {
  const fields = [];
  const grid = h("div.command-fields");
  const more = h("div.command-more");
  const problem = h("p.form-problem", { role: "alert" });
  const form = h(
    "form.command-form",
    { novalidate: true, "aria-label": `/${entry.name}` },
    formHead(entry, close),
    grid,
    more,
    problem,
  );
  const context = { entry, tree: (focused) => treeOf(entry, fields, focused) };
  const add = (option, focus) => {
    const field = optionField(option, context);
    fields.push(field);
    grid.append(field.node);
    if (focus) field.focus();
  };
  layOut(entry.options, add, more);
  form.append(
    h(
      "footer.command-foot",
      null,
      h("span.hint", null, "Enter sends, Esc cancels"),
      h("button.button.primary.small", { type: "submit" }, icon("send"), "Send"),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendForm({ entry, fields, problem, close });
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      close(false);
    }
    if (event.key === "Enter" && event.target.tagName === "INPUT") {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  return { node: form, focus: () => (fields[0] ? fields[0].focus() : form.querySelector("[type=submit]").focus()) };
}

function formHead(entry, close) {
  return h(
    "header.command-form-head",
    null,
    avatar(store.bot, displayName(store.bot)),
    h("div", null, h("strong", null, `/${entry.name}`), h("span.command-note", null, entry.description)),
    iconButton("close", "Cancel", () => close(false)),
  );
}

/** Shows what is required and, while there is room, the rest; what is left over is one press away. */
function layOut(options, add, more) {
  const required = options.filter((o) => o.required);
  const optional = options.filter((o) => !o.required);
  const room = Math.max(0, OPEN_AT_ONCE - required.length);
  const shown = optional.length <= room ? optional : [];
  for (const option of [...required, ...shown]) add(option, false);
  for (const option of optional.slice(shown.length)) {
    const chip = h(
      "button.chip",
      {
        type: "button",
        title: option.description,
        onclick: () => {
          chip.remove();
          add(option, true);
        },
      },
      icon("plus"),
      option.name,
    );
    more.append(chip);
  }
}

function optionField(option, context) {
  const id = uid("option");
  const control = controlFor(option, id, context);
  const problem = h("span.field-problem", { role: "alert" });
  const label = h(
    "label.field-label",
    { for: id },
    option.name,
    option.required ? h("span.required", null, " *", h("span.sr-only", null, " required")) : null,
  );
  const node = h("div.command-field", null, label, control.node, h("p.field-note", null, option.description ?? ""), problem);
  return {
    option,
    node,
    read: control.read,
    files: control.files,
    focus: control.focus,
    say: (text) => {
      problem.textContent = text;
    },
  };
}

function controlFor(option, id, context) {
  const kind = KIND[option.type];
  if (option.autocomplete) return boxControl(option, { id, free: true, load: (query) => suggestions(option, query, context) });
  if (option.choices?.length)
    return boxControl(option, { id, items: option.choices.map((c) => ({ value: c.value, label: c.name })) });
  if (kind === "boolean")
    return boxControl(option, {
      id,
      items: [
        { value: true, label: "True" },
        { value: false, label: "False" },
      ],
    });
  const items = entityItems(kind, option.channel_types);
  if (items) return boxControl(option, { id, items });
  if (kind === "attachment") return fileControl(id);
  return plainControl(option, id, kind);
}

function boxControl(option, { id, items, load, free }) {
  const box = combobox({
    label: option.name,
    id,
    items,
    load,
    free,
    eager: option.required,
    placeholder: load ? "Type to search" : "Choose",
  });
  const read = () => {
    const got = box.read();
    if (!got) return { empty: true };
    if (got.value === undefined) return { problem: "Choose one of the options" };
    return numeric(option, got.value);
  };
  return { node: box.node, read, focus: () => box.input.focus() };
}

async function suggestions(option, query, { entry, tree }) {
  const found = await completions(entry.command, tree({ option, query }));
  return found?.map((choice) => ({ value: choice.value, label: choice.name })) ?? null;
}

function plainControl(option, id, kind) {
  const mode = { integer: "numeric", number: "decimal" }[kind];
  const input = h("input", {
    type: "text",
    id,
    inputmode: mode,
    autocomplete: "off",
    maxlength: option.max_length,
    placeholder: limitsOf(option),
  });
  const read = () => {
    if (input.value.trim() === "") return { empty: true };
    if (mode) return numeric(option, input.value.trim());
    if (input.value.length < (option.min_length ?? 0)) return { problem: `At least ${option.min_length} characters` };
    return { value: input.value };
  };
  return { node: input, read, focus: () => input.focus() };
}

function limitsOf({ min_value: min, max_value: max }) {
  if ((min === undefined && max === undefined) || (min === null && max === null)) return null;
  return max === undefined || max === null
    ? `${min} or more`
    : min === undefined || min === null
      ? `up to ${max}`
      : `${min} to ${max}`;
}

/** Numbers arrive as text; the text of other kinds passes as it is. */
function numeric(option, raw) {
  if (option.type !== 4 && option.type !== 10) return { value: raw };
  const value = Number(raw);
  if (!Number.isFinite(value) || (option.type === 4 && !Number.isInteger(value)))
    return { problem: option.type === 4 ? "Must be a whole number" : "Must be a number" };
  if (value < (option.min_value ?? -Infinity) || value > (option.max_value ?? Infinity))
    return { problem: `Must be ${limitsOf(option)}` };
  return { value };
}

function fileControl(id) {
  const input = h("input", { type: "file", id });
  const read = () => (input.files[0] ? { value: input.files[0].name } : { empty: true });
  const files = async () => (input.files[0] ? readFile(input.files[0]) : null);
  return { node: input, read, files, focus: () => input.focus() };
}

/** Text travels as it is; anything else in base64, and says so. */
async function readFile(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const about = { filename: file.name, content_type: file.type || undefined, size: file.size };
  try {
    return { ...about, content: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    const chunks = Array.from({ length: Math.ceil(bytes.length / 8192) }, (_, n) =>
      String.fromCharCode(...bytes.subarray(n * 8192, (n + 1) * 8192)),
    );
    return { ...about, content: btoa(chunks.join("")), encoding: "base64" };
  }
}

/** Discord's option tree; for suggestions, `focused` names the option being typed in. */
function treeOf(entry, fields, focused) {
  const leaves = [];
  for (const { option, read } of fields) {
    if (focused?.option === option) {
      leaves.push({ name: option.name, type: option.type, value: focused.query, focused: true });
      continue;
    }
    const got = read();
    if (got.value !== undefined) leaves.push({ name: option.name, type: option.type, value: got.value });
  }
  return entry.path.slice(1).reduceRight((options, step) => [{ name: step.name, type: step.type, options }], leaves);
}

async function sendForm({ entry, fields, problem, close }) {
  let first = null;
  for (const field of fields) {
    const got = field.read();
    const sentence = got.problem ?? (got.empty && field.option.required ? "This option is required" : "");
    field.say(sentence);
    if (sentence) first ??= field;
  }
  if (first) {
    problem.textContent = "";
    return first.focus();
  }
  const files = await filesOf(fields);
  close(true);
  await runCommand({ command: entry.command, options: treeOf(entry, fields), files, name: entry.name });
}

async function filesOf(fields) {
  const found = {};
  for (const field of fields) {
    const file = await field.files?.();
    if (file) found[field.option.name] = file;
  }
  return Object.keys(found).length ? found : undefined;
}
