// Builds DOM nodes: data only ever becomes text nodes and checked attributes, never markup.

/** h("div.card.wide", {onclick, "aria-label": "…", dataset: {…}}, …children); null children are skipped. */
export function h(spec, props, ...children) {
  const [tag, ...classes] = spec.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(props ?? {})) setProp(node, key, value);
  node.append(...flat(children));
  return node;
}

function setProp(node, key, value) {
  if (value === undefined || value === null || value === false) return;
  if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
  else if (key === "dataset") Object.assign(node.dataset, value);
  else if (key === "vars") for (const [name, v] of Object.entries(value)) node.style.setProperty(`--${name}`, v);
  else if (key === "value") node.value = value;
  else node.setAttribute(key, value === true ? "" : String(value));
}

function flat(children) {
  return children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false && c !== "");
}

export function fill(node, ...children) {
  node.replaceChildren(...flat(children));
  return node;
}

let serial = 0;
export const uid = (prefix = "n") => `${prefix}-${++serial}`;

/** Only web addresses and our own blobs may be followed or loaded; everything else becomes null. */
export function safeUrl(raw) {
  try {
    const url = new URL(raw, location.href);
    const inert = url.protocol === "data:" && /^data:image\/(png|jpe?g|gif|webp);/i.test(raw);
    return ["http:", "https:", "blob:"].includes(url.protocol) || inert ? url.href : null;
  } catch {
    return null;
  }
}

export function link(url, ...children) {
  const href = safeUrl(url);
  if (!href) return h("span", null, ...children);
  return h("a.link", { href, target: "_blank", rel: "noopener noreferrer", title: url }, ...children);
}

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  hash: "M9 4 7 20M17 4l-2 16M4 9h16.5M3.5 15H20",
  thread: "M4 5h16v10h-9l-4 4v-4H4zM8 9h8M8 12h5",
  mail: "M3 6h18v12H3zM3.5 7l8.5 6 8.5-6",
  menu: "M4 7h16M4 12h16M4 17h16",
  panel: "M4 5h16v14H4zM14.5 5v14",
  close: "M6 6l12 12M18 6 6 18",
  dots: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  smile: "M20 11.5a8.5 8.5 0 1 1-7-8M9 10h.01M14 10h.01M8.5 14.5c1.6 1.8 4.9 1.8 6.5 0M18.5 3v6M15.5 6h6",
  reply: "M9 7 4 12l5 5M4 12h9c4 0 6 2 6.5 6",
  bellOff: "M6 16c1-1.5 1-3.5 1-6 0-1 .3-1.9.8-2.7M10.5 5.2C13.8 4.5 17 6.8 17 10c0 1.7.1 3 .4 4.2M6 16h10M10.5 19.5h3M4 4l16 16",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10",
  copy: "M9 9h10v11H9zM5 15V4h10",
  check: "M5 12.5 10 17.5 19.5 7",
  chevron: "M6 9.5l6 6 6-6",
  right: "M9.5 6l6 6-6 6",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  send: "M4 12 20 4.5 15.5 20 11.5 13z",
  plus: "M12 5v14M5 12h14",
  external: "M14 5h5v5M19 5l-9 9M17 14v5H5V7h5",
  eye: "M3 12c4-7.5 14-7.5 18 0-4 7.5-14 7.5-18 0M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 8v4.5l3 2",
  people: "M9 5.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M3 19c.5-3.5 3-5 6-5s5.5 1.5 6 5M15.5 6a3 3 0 0 1 0 5.5M17 14.3c2.3.5 3.7 2 4 4.7",
  shuffle:
    "M4 7h3c5 0 5 10 10 10h3M4 17h3c1.5 0 2.5-.9 3.3-2M13.7 9C14.5 7.9 15.5 7 17 7h3M17.5 4.5 20 7l-2.5 2.5M17.5 14.5 20 17l-2.5 2.5",
  slash: "M5 4h14v16H5zM14 8l-4 8",
  warn: "M12 4 2.8 19.5h18.4zM12 10v4.5M12 17h.01",
};

export function icon(name, label) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else svg.setAttribute("aria-hidden", "true");
  if (label) {
    const title = document.createElementNS(SVG, "title");
    title.textContent = label;
    svg.append(title);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

export function iconButton(name, label, onclick, extra = {}) {
  return h("button.icon-button", { type: "button", "aria-label": label, title: label, onclick, ...extra }, icon(name));
}

export function spinner() {
  return h("span.spinner", { "aria-hidden": "true" }, h("i"), h("i"), h("i"));
}

/** Reads and writes small keepsakes; a browser that forbids storage just forgets them. */
export const keep = {
  get(area, key) {
    try {
      return window[area].getItem(key);
    } catch {
      return null;
    }
  },
  set(area, key, value) {
    try {
      window[area].setItem(key, value);
    } catch {
      /* forgotten on reload, nothing worse */
    }
  },
};

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = h("textarea.sr-only", { value: text, "aria-hidden": "true" });
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  }
}

/** A code block with a button that copies it. */
export function codeBlock(text, language) {
  const button = iconButton("copy", "Copy", async () => {
    const done = await copyText(text);
    button.replaceChildren(icon(done ? "check" : "warn"));
    button.setAttribute("aria-label", done ? "Copied" : "Copying failed");
    setTimeout(() => {
      button.replaceChildren(icon("copy"));
      button.setAttribute("aria-label", "Copy");
    }, 1500);
  });
  const code = h("code", language ? { dataset: { language } } : null, text);
  return h("div.code-block", null, h("pre", { tabindex: "0" }, code), button);
}
