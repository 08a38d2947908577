// Shows small layers above the page: anchored popovers, menus with arrow keys, and short notices.
import { h, icon, iconButton } from "./dom.js";

let open = null;

export function closePopover(refocus = false) {
  if (!open) return;
  const { layer, anchor, onclose } = open;
  open = null;
  layer.remove();
  anchor?.setAttribute?.("aria-expanded", "false");
  if (refocus && anchor?.isConnected) anchor.focus();
  onclose?.();
}

export const popoverOpen = () => Boolean(open);

/** Opens one layer beside its anchor; only one is open at a time. `at` is a point, for context menus. */
export function openPopover(anchor, content, { at, onclose, wide, keepFocus } = {}) {
  closePopover();
  const layer = h("div.popover", { popover: "manual" }, content);
  (anchor?.closest?.("dialog") ?? document.body).append(layer);
  layer.showPopover?.();
  if (wide) layer.style.minWidth = `${anchor.getBoundingClientRect().width}px`;
  place(layer, at ? new DOMRect(at.x, at.y, 0, 0) : anchor.getBoundingClientRect());
  anchor?.setAttribute?.("aria-expanded", "true");
  open = { layer, anchor, onclose };
  if (!keepFocus) (layer.querySelector("[autofocus],[tabindex='0'],button,input") ?? layer).focus();
  return layer;
}

function place(layer, box) {
  const { width, height } = layer.getBoundingClientRect();
  const room = { x: document.documentElement.clientWidth - 8, y: window.innerHeight - 8 };
  const below = box.bottom + 6;
  const top = below + height <= room.y || box.top < height + 14 ? Math.min(below, room.y - height) : box.top - height - 6;
  layer.style.left = `${Math.max(8, Math.min(box.left, room.x - width))}px`;
  layer.style.top = `${Math.max(8, top)}px`;
}

/** Places the open layer again after its content grew or shrank. */
export function settlePopover() {
  if (open?.anchor?.getBoundingClientRect) place(open.layer, open.anchor.getBoundingClientRect());
}

document.addEventListener(
  "pointerdown",
  (event) => {
    if (open && !open.layer.contains(event.target) && !open.anchor?.contains?.(event.target)) closePopover();
  },
  true,
);
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || !open) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    closePopover(true);
  },
  true,
);
window.addEventListener("resize", () => closePopover());

/** Moves focus along a list of elements with the arrow keys, Home and End. */
export function roving(event, nodes) {
  const at = nodes.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: nodes.length - 1 }[event.key];
  if (next === undefined || !nodes.length) return false;
  event.preventDefault();
  nodes[(next + nodes.length) % nodes.length].focus();
  return true;
}

/** A menu of {label, icon, danger, checked, node, run}; a string is a heading, null a line. */
export function openMenu(anchor, items, options = {}) {
  const menu = h("div.menu", { role: "menu", "aria-label": options.label });
  for (const item of items) menu.append(menuEntry(item));
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Tab") return closePopover(true);
    roving(event, [...menu.querySelectorAll("[role^=menuitem]")]);
  });
  return openPopover(anchor, menu, options);
}

function menuEntry(item) {
  if (item === null) return h("hr");
  if (typeof item === "string") return h("div.menu-heading", { role: "presentation" }, item);
  const radio = item.checked !== undefined;
  const run = () => {
    closePopover(true);
    item.run();
  };
  return h(
    `button.menu-item${item.danger ? ".danger" : ""}`,
    {
      type: "button",
      role: radio ? "menuitemradio" : "menuitem",
      "aria-checked": radio ? String(item.checked) : null,
      onclick: run,
    },
    h("span.menu-label", null, item.node ?? item.label),
    radio ? (item.checked ? icon("check") : null) : item.icon ? icon(item.icon) : null,
  );
}

/** A sentence at the foot of the page; errors stay a little longer. */
export function notify(text, kind = "info") {
  const stack = document.getElementById("notices");
  for (const old of [...stack.children]) if (old.textContent === text) old.remove();
  const notice = h(
    `div.notice.${kind}`,
    { role: kind === "error" ? "alert" : "status" },
    kind === "error" ? icon("warn") : null,
    h("span", null, text),
  );
  notice.append(iconButton("close", "Dismiss", () => notice.remove()));
  stack.append(notice);
  setTimeout(() => notice.remove(), kind === "error" ? 9000 : 4000);
}
