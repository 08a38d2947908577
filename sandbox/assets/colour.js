// Gives people stable avatar colours and makes role colours readable on both themes.
import { h } from "./dom.js";

// Each carries white initials at 4.5:1 or better.
const PALETTE = ["#4a5ac7", "#8a4fb8", "#b5418a", "#bb3f4c", "#a8551c", "#7d6a12", "#3f7d33", "#1f7d6b", "#23779c", "#5f6b7c"];

function hash(text) {
  let sum = 7;
  for (const char of String(text)) sum = (sum * 31 + char.codePointAt(0)) >>> 0;
  return sum;
}

function initials(name) {
  const words = name
    .trim()
    .split(/[\s._-]+/)
    .filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return letters.map((word) => [...word][0].toUpperCase()).join("") || "?";
}

export function avatar(user, name, status) {
  const colour = PALETTE[hash(user?.id ?? name) % PALETTE.length];
  const dot = status ? h(`span.status.status-${/^\w+$/.test(status) ? status : "offline"}`) : null;
  return h("span.avatar", { "aria-hidden": "true", vars: { tint: colour } }, initials(name), dot);
}

const channels = (rgb) => [(rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255];
export const hex = (rgb) => `#${(rgb & 0xffffff).toString(16).padStart(6, "0")}`;

function luminance(rgb) {
  const [r, g, b] = rgb.map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (hi + 0.05) / (lo + 0.05);
}

/** Mixes a colour towards black or white until it reads on the ground at 4.6:1. */
function readable(rgb, ground, pole) {
  for (let step = 0; step <= 20; step++) {
    const mixed = rgb.map((c) => Math.round(c + ((pole - c) * step) / 20));
    if (contrast(mixed, ground) >= 4.6) return `rgb(${mixed.join(" ")})`;
  }
  return "inherit";
}

/** The style variables of a role's colour; roles without a colour keep the text's own. */
export function roleVars(colour) {
  if (!colour) return undefined;
  const rgb = channels(colour);
  return { "role-light": readable(rgb, [232, 234, 238], 0), "role-dark": readable(rgb, [50, 52, 58], 255), role: hex(colour) };
}
