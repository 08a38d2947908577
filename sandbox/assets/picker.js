// Lets a person choose from a list: a popup for select menus and a text box with suggestions for commands.
import { fill, h, icon, uid } from "./dom.js";
import { avatar, roleVars } from "./colour.js";
import { closePopover, openPopover, settlePopover } from "./popover.js";
import { channelName, displayName, isDirect, isThread, personOf, roleColour, store } from "./store.js";

export function peopleItems() {
  const all = [...store.people.map((p) => p.user), store.bot].filter(Boolean);
  const unique = [...new Map(all.map((user) => [user.id, user])).values()];
  return unique.map((user) => ({
    value: user.id,
    label: displayName(user),
    description: user.username,
    mark: () => avatar(user, displayName(user), personOf(user.id)?.status),
  }));
}

export function roleItems() {
  return store.roles
    .filter((role) => role.name !== "@everyone")
    .map((role) => ({
      value: role.id,
      label: role.name,
      mark: () => h("span.role-dot", { vars: roleVars(roleColour(role)) }),
    }));
}

export function channelItems(types) {
  const shown = store.channels.filter((c) => !isDirect(c) && (!types?.length || types.includes(c.type)));
  return shown.map((c) => ({ value: c.id, label: channelName(c), mark: () => icon(isThread(c) ? "thread" : "hash") }));
}

/** The list for a user, role, mentionable or channel choice; null for anything else. */
export function entityItems(kind, types) {
  if (kind === "user") return peopleItems();
  if (kind === "role") return roleItems();
  if (kind === "channel") return channelItems(types);
  if (kind === "mentionable") return [...peopleItems(), ...roleItems()];
  return null;
}

const fits = (item, words) => words.every((w) => `${item.label} ${item.description ?? ""}`.toLowerCase().includes(w));
export const filterItems = (items, query) => items.filter((item) => fits(item, query.toLowerCase().split(/\s+/).filter(Boolean)));

function optionRow(item, { id, selected, multi, onpick }) {
  const text = h(
    "span.option-text",
    null,
    h("span.option-label", null, item.label),
    item.description ? h("span.option-note", null, item.description) : null,
  );
  return h(
    "div.option",
    {
      id,
      role: "option",
      "aria-selected": String(Boolean(selected)),
      onpointerdown: (event) => event.preventDefault(),
      onclick: () => onpick(item),
    },
    item.mark ? h("span.option-mark", null, item.mark()) : null,
    text,
    selected || multi ? h(`span.tick${selected ? ".on" : ""}`, null, icon("check")) : null,
  );
}

/** A list of option rows with one active row, moved by arrow keys. */
function listbox(label, multi) {
  const id = uid("list");
  const node = h("div.listbox", { role: "listbox", id, "aria-label": label, "aria-multiselectable": multi ? "true" : null });
  let rows = [];
  let active = -1;
  const activate = (next) => {
    rows[active]?.classList.remove("active");
    active = next;
    rows[active]?.classList.add("active");
    rows[active]?.scrollIntoView({ block: "nearest" });
  };
  return {
    node,
    id,
    show(items, options, empty) {
      const before = active;
      rows = items.map((item, n) => optionRow(item, { ...options, id: `${id}-${n}`, selected: options.selected?.(item) }));
      fill(node, rows.length ? rows : h("div.listbox-empty", null, empty ?? "Nothing found"));
      activate(Math.min(options.keep ? before : (options.first ?? 0), rows.length - 1));
    },
    move(step) {
      if (rows.length) activate(active < 0 && step < 0 ? rows.length - 1 : (active + step + rows.length) % rows.length);
    },
    pick() {
      if (rows[active]) rows[active].click();
      return Boolean(rows[active]);
    },
    activeId: () => rows[active]?.id ?? "",
  };
}

/** The popup of a select menu. `done(values)` is called once, unless it was closed without a change. */
export function openList({ anchor, items, selected = [], min = 1, max = 1, label, done }) {
  const multi = max > 1;
  let values = items.filter((i) => selected.includes(i.value)).map((i) => i.value);
  const before = values.join();
  let chosen = false;
  const list = listbox(label, multi);
  const search = h("input.list-search", {
    type: "text",
    role: "combobox",
    "aria-controls": list.id,
    "aria-expanded": "true",
    "aria-label": `Filter ${label}`,
    placeholder: multi ? `Choose ${min === max ? min : `${min} to ${max}`}` : "Search",
    autocomplete: "off",
  });
  const pick = (item) => {
    if (!multi) {
      values = [item.value];
      chosen = true;
      return finish();
    }
    const had = values.includes(item.value);
    if (!had && values.length >= max) return;
    values = had ? values.filter((v) => v !== item.value) : [...values, item.value];
    draw(true);
  };
  const finish = () => {
    closePopover(true);
  };
  const draw = (keepPlace) => {
    list.show(filterItems(items, search.value), {
      selected: (i) => values.includes(i.value),
      multi,
      onpick: pick,
      keep: keepPlace,
    });
    search.setAttribute("aria-activedescendant", list.activeId());
  };
  search.addEventListener("input", () => {
    draw(false);
    settlePopover();
  });
  search.addEventListener("keydown", (event) => listKeys(event, list, search));
  const apply = multi ? h("button.button.primary.small", { type: "button", onclick: finish }, "Done") : null;
  openPopover(anchor, h(`div.list-popup${items.length < 8 && !multi ? ".quiet-search" : ""}`, null, search, list.node, apply), {
    wide: true,
    onclose: () => {
      if (values.length >= min && (chosen || (multi && values.join() !== before))) done(values);
    },
  });
  draw(false);
  settlePopover();
  search.focus();
}

function listKeys(event, list, input) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    list.move(step);
    input.setAttribute("aria-activedescendant", list.activeId());
  } else if (event.key === "Enter") {
    event.preventDefault();
    list.pick();
  } else if (event.key === "Tab") closePopover(true);
}

/**
 * A text box with suggestions. `items` is a list, or `load(query)` answers one later. With `free` any text counts;
 * otherwise only a picked item does. While nothing is typed, Enter takes the first row only when `eager`.
 * Answers {node, input, read(): {value, label} | null}.
 */
export function combobox({ label, items, load, free, eager, placeholder, id }) {
  const list = listbox(label, false);
  const input = h("input", {
    type: "text",
    id,
    role: "combobox",
    "aria-controls": list.id,
    "aria-expanded": "false",
    "aria-autocomplete": "list",
    autocomplete: "off",
    placeholder,
  });
  const node = h("div.combobox", null, input, list.node);
  const box = {
    list,
    input,
    node,
    items,
    load,
    eager,
    picked: null,
    shown: false,
    turn: 0,
    timer: null,
    stale: false,
    taken: false,
  };
  list.node.setAttribute("popover", "manual");
  list.node.classList.add("suggestions");
  box.choose = (item) => {
    box.picked = item;
    box.turn += 1;
    input.value = item.label;
    hide(box);
    input.focus();
  };
  input.addEventListener("input", () => {
    box.picked = null;
    suggest(box);
  });
  input.addEventListener("focus", () => {
    if (!box.picked) suggest(box);
  });
  input.addEventListener("click", () => {
    if (!box.shown) suggest(box);
  });
  input.addEventListener("blur", () => {
    box.turn += 1;
    hide(box);
    settleExact(box);
  });
  input.addEventListener("keydown", (event) => comboKeys(event, box));
  const read = () => {
    settleExact(box);
    if (box.picked) return { value: box.picked.value, label: box.picked.label };
    return input.value === "" ? null : { value: free ? input.value : undefined, label: input.value };
  };
  return { node, input, read };
}

function showRows(box, found, note) {
  const first = box.input.value || box.eager ? 0 : -1;
  box.shown = true;
  box.stale = false;
  box.list.node.showPopover();
  box.list.show(found, { onpick: box.choose, first }, note);
  settleRows(box);
  box.input.setAttribute("aria-expanded", "true");
  box.input.setAttribute("aria-activedescendant", box.list.activeId());
  if (box.taken) {
    box.taken = false;
    box.list.pick();
  }
}

/** The rows lie in the top layer, above the input where there is room, so that no scrolling parent cuts them. */
function settleRows(box) {
  const at = box.input.getBoundingClientRect();
  const above = at.top > 200 || at.top > innerHeight - at.bottom;
  const { style } = box.list.node;
  style.left = `${at.left}px`;
  style.width = `${at.width}px`;
  style.maxHeight = `${Math.min(260, (above ? at.top : innerHeight - at.bottom) - 12)}px`;
  style.top = above ? "auto" : `${at.bottom + 4}px`;
  style.bottom = above ? `${innerHeight - at.top + 4}px` : "auto";
  shownBox = box;
}

let shownBox = null;
for (const name of ["scroll", "resize"]) {
  window.addEventListener(
    name,
    (event) => {
      if (shownBox?.shown && event.target !== shownBox.list.node) settleRows(shownBox);
    },
    { capture: true, passive: true },
  );
}

function hide(box) {
  box.shown = box.stale = box.taken = false;
  if (box.list.node.isConnected) box.list.node.hidePopover();
  box.input.setAttribute("aria-expanded", "false");
  box.input.removeAttribute("aria-activedescendant");
}

async function suggest(box) {
  if (!box.load) return showRows(box, filterItems(box.items, box.picked ? "" : box.input.value), "No options match your search");
  const turn = ++box.turn;
  clearTimeout(box.timer);
  if (!box.shown) showRows(box, [], "Loading options…");
  box.stale = true;
  box.timer = setTimeout(async () => {
    const found = await box.load(box.input.value);
    if (turn !== box.turn || !box.node.contains(document.activeElement)) return;
    if (found) return showRows(box, found, "No options match your search");
    box.stale = box.taken = false;
    fill(box.list.node, h("div.listbox-empty.failed", null, "Loading options failed"));
  }, 250);
}

/** Words typed in full count as a choice. */
function settleExact(box) {
  if (box.picked || !box.items) return;
  const words = box.input.value.trim().toLowerCase();
  const exact = box.items.find((item) => item.label.toLowerCase() === words);
  if (exact) {
    box.picked = exact;
    box.input.value = exact.label;
  }
}

function comboKeys(event, box) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    if (!box.shown) return suggest(box);
    box.list.move(step);
    box.input.setAttribute("aria-activedescendant", box.list.activeId());
  } else if (box.shown && event.key === "Enter") {
    if (box.stale && box.input.value)
      box.taken = true; // rows of an older query must not be taken; the next ones may
    else if (box.stale || !box.list.pick()) return;
    event.preventDefault();
    event.stopPropagation();
  } else if (box.shown && event.key === "Tab" && !event.shiftKey && !box.stale && !box.picked && box.input.value) {
    box.list.pick();
  } else if (event.key === "Escape" && box.shown) {
    event.preventDefault();
    event.stopPropagation();
    hide(box);
  }
}
