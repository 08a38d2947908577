// Draws a message's components: buttons, select menus and the layout blocks of Components V2.
import { h, icon, safeUrl, spinner } from "./dom.js";
import { hex } from "./colour.js";
import { markdown } from "./markdown.js";
import { fileCard, picture, resolve, veiled } from "./embeds.js";
import { entityItems, openList } from "./picker.js";
import { store } from "./store.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "secondary", 6: "primary" };
const ENTITIES = { 5: "user", 6: "role", 7: "mentionable", 8: "channel" };

const DRAWN = {
  1: (c, ctx) => h("div.action-row", null, all(c.components, ctx)),
  2: button,
  3: select,
  5: select,
  6: select,
  7: select,
  8: select,
  9: (c, ctx) =>
    h(
      "div.section",
      null,
      h("div.section-text", null, all(c.components, ctx)),
      c.accessory ? h("div.section-accessory", null, draw(c.accessory, ctx)) : null,
    ),
  10: (c) => markdown(c.content),
  11: (c, ctx) => spoilable(c, picture(mediaUrl(c.media, ctx), c.description ?? "", null, "thumbnail")),
  12: gallery,
  13: (c, ctx) => spoilable(c, fileCard({ filename: c.name ?? baseName(c.file?.url), size: c.size, url: mediaUrl(c.file, ctx) })),
  14: (c) => h(`div.separator${c.spacing === 2 ? ".large" : ""}${c.divider === false ? ".bare" : ""}`, { role: "separator" }),
  17: container,
};

/** `ctx` is {message, press(component), choose(component, values)}. */
export function components(list, ctx) {
  return list?.length ? h("div.components", null, all(list, ctx)) : null;
}

const all = (list, ctx) => (list ?? []).map((component) => draw(component, ctx));

function draw(component, ctx) {
  const make = DRAWN[component.type];
  return make ? make(component, ctx) : h("div.unknown-component", null, `Component of type ${component.type} is not drawn here`);
}

const mediaUrl = (media, ctx) => resolve(media?.url, ctx.message);
const baseName = (url) => (url ?? "file").split(/[/?]/).filter(Boolean).at(-1);
const spoilable = (component, node) => (component.spoiler ? veiled(node) : node);
const keyOf = (component, ctx) => `${ctx.message.id}:${component.custom_id}`;
const busy = (ctx) => [...store.pending].some((key) => key.startsWith(`${ctx.message.id}:`));

function container(component, ctx) {
  const vars = component.accent_color || component.accent_color === 0 ? { bar: hex(component.accent_color) } : undefined;
  return spoilable(component, h(`div.container${vars ? ".accented" : ""}`, { vars }, all(component.components, ctx)));
}

function gallery(component, ctx) {
  const items = (component.items ?? []).map((item) =>
    spoilable(item, picture(mediaUrl(item.media, ctx), item.description ?? "Image")),
  );
  return h(`div.gallery.count-${Math.min(items.length, 4)}`, null, items);
}

export function emojiMark(emoji) {
  if (!emoji) return null;
  return h("span.emoji", { "aria-hidden": "true" }, emoji.id ? `:${emoji.name}:` : emoji.name);
}

function button(component, ctx) {
  const inside = [emojiMark(component.emoji), component.label ? h("span.button-label", null, component.label) : null];
  if (component.style === 5) return linkButton(component, inside);
  const waiting = store.pending.has(keyOf(component, ctx));
  const node = h(
    `button.button.${STYLES[component.style] ?? "secondary"}${waiting ? ".waiting" : ""}`,
    {
      type: "button",
      disabled: component.disabled,
      "aria-busy": waiting ? "true" : null,
      dataset: { key: component.custom_id ?? "" },
      "aria-label": component.label ? null : (component.emoji?.name ?? component.custom_id),
      onclick: () => {
        if (!busy(ctx)) ctx.press(component);
      },
    },
    inside,
    waiting ? spinner() : null,
  );
  return node;
}

function linkButton(component, inside) {
  const href = safeUrl(component.url ?? "");
  if (!href || component.disabled)
    return h("button.button.secondary", { type: "button", disabled: true }, inside, icon("external"));
  return h(
    "a.button.secondary",
    { href, target: "_blank", rel: "noopener noreferrer", title: component.url },
    inside,
    icon("external"),
  );
}

export function selectItems(component) {
  if (component.type !== 3) return entityItems(ENTITIES[component.type], component.channel_types);
  return (component.options ?? []).map((option) => ({
    value: option.value,
    label: option.label,
    description: option.description,
    mark: option.emoji ? () => emojiMark(option.emoji) : null,
  }));
}

export function selectDefaults(component) {
  if (component.type === 3) return (component.options ?? []).filter((o) => o.default).map((o) => o.value);
  return (component.default_values ?? []).map((d) => d.id);
}

/** A closed select menu: its choice or its placeholder, and what opens the list. */
export function selectTrigger(component, { values, waiting, label, done }) {
  const items = selectItems(component);
  const picked = items.filter((item) => values.includes(item.value));
  const shown = picked.length
    ? picked.map((item) => h("span.picked", null, item.mark?.(), h("span", null, item.label)))
    : h("span.placeholder", null, component.placeholder || "Make a selection");
  const node = h(
    "button.select",
    {
      type: "button",
      disabled: component.disabled,
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      dataset: { key: component.custom_id ?? "" },
      "aria-busy": waiting ? "true" : null,
      onclick: () =>
        openList({
          anchor: node,
          items,
          selected: values,
          min: component.min_values ?? 1,
          max: component.max_values ?? 1,
          label: label ?? component.placeholder ?? "options",
          done,
        }),
    },
    label && h("span.sr-only", null, `${label}: `),
    h("span.select-value", null, shown),
    waiting ? spinner() : icon("chevron"),
  );
  return node;
}

function select(component, ctx) {
  const key = keyOf(component, ctx);
  return selectTrigger(component, {
    values: store.chosen.get(key) ?? selectDefaults(component),
    waiting: store.pending.has(key),
    done: (values) => {
      if (!busy(ctx)) ctx.choose(component, values);
    },
  });
}
