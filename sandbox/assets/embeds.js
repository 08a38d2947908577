// Draws what hangs beneath a message's words: embeds, images and files.
import { h, icon, link, safeUrl } from "./dom.js";
import { hex } from "./colour.js";
import { timeNode } from "./clock.js";
import { inlineMarkdown, markdown } from "./markdown.js";

export function bytes(size) {
  if (!Number.isFinite(size)) return "";
  if (size < 1024) return `${size} bytes`;
  return size < 1048576 ? `${(size / 1024).toFixed(1)} KB` : `${(size / 1048576).toFixed(1)} MB`;
}

/** Finds what an address such as attachment://report.png means within its message. */
export function resolve(url, message) {
  const name = /^attachment:\/\/(.+)$/.exec(url ?? "")?.[1];
  if (!name) return url ?? null;
  return message?.attachments?.find((a) => a.filename === name)?.url ?? null;
}

/** A picture; one that cannot be loaded says so instead of leaving a hole. */
export function picture(url, alt, size, name) {
  const src = safeUrl(url ?? "");
  if (!src || !url) return missing(alt);
  const image = h(`img.${name ?? "picture"}`, { src, alt: alt ?? "", loading: "lazy", width: size?.width, height: size?.height });
  image.addEventListener("error", () => image.replaceWith(missing(alt)));
  return image;
}

function missing(alt) {
  return h("span.picture-missing", null, icon("file"), h("span", null, alt || "Image cannot be shown"));
}

export function embed(data, message) {
  const body = h("div.embed-body");
  if (data.provider?.name) body.append(h("div.embed-provider", null, data.provider.name));
  if (data.author?.name) body.append(h("div.embed-author", null, smallIcon(data.author.icon_url, message), named(data.author)));
  if (data.title)
    body.append(h("div.embed-title", null, data.url ? link(data.url, inlineMarkdown(data.title)) : inlineMarkdown(data.title)));
  if (data.description) body.append(h("div.embed-description", null, markdown(data.description)));
  if (data.fields?.length) body.append(fields(data.fields));
  if (data.image?.url) body.append(picture(resolve(data.image.url, message), data.title ?? "Image", data.image, "embed-image"));
  const foot = footer(data, message);
  if (foot) body.append(foot);
  const thumb = data.thumbnail?.url ? picture(resolve(data.thumbnail.url, message), "", null, "embed-thumb") : null;
  return h("div.embed", { vars: data.color || data.color === 0 ? { bar: hex(data.color) } : undefined }, body, thumb);
}

const named = ({ name, url }) => (url ? link(url, name) : h("span", null, name));

function smallIcon(url, message) {
  const src = url ? safeUrl(resolve(url, message) ?? "") : null;
  return src ? h("img.embed-icon", { src, alt: "" }) : null;
}

/** Inline fields share a row of up to three, as neighbours; the others take a row of their own. */
function fields(list) {
  const grid = h("div.embed-fields");
  let run = [];
  const flush = () => {
    for (let from = 0; from < run.length; from += 3) {
      const row = run.slice(from, from + 3);
      for (const item of row) grid.append(field(item, 12 / row.length));
    }
    run = [];
  };
  for (const item of list) {
    if (item.inline) run.push(item);
    else {
      flush();
      grid.append(field(item, 12));
    }
  }
  flush();
  return grid;
}

function field({ name, value }, span) {
  return h("div.embed-field", { vars: { span } }, h("div.embed-field-name", null, inlineMarkdown(name)), markdown(value));
}

function footer({ footer: foot, timestamp }, message) {
  if (!foot?.text && !timestamp) return null;
  const parts = h("div.embed-footer", null, smallIcon(foot?.icon_url, message), foot?.text ? h("span", null, foot.text) : null);
  if (foot?.text && timestamp) parts.append(h("span.dot", { "aria-hidden": "true" }, "•"));
  if (timestamp) parts.append(timeNode(Date.parse(timestamp), "head"));
  return parts;
}

const isImage = (file) =>
  file.content_type
    ? file.content_type.startsWith("image/") && !file.content_type.includes("svg")
    : /\.(png|jpe?g|gif|webp)$/i.test(file.filename ?? "");

export function attachments(list) {
  const images = list.filter(isImage).map((file) => {
    const image = picture(file.url, file.description || file.filename, file, "attachment-image");
    const href = safeUrl(file.url);
    const shown = href ? h("a.image-link", { href, target: "_blank", rel: "noopener noreferrer" }, image) : image;
    return /^SPOILER_/.test(file.filename) ? veiled(shown) : shown;
  });
  const files = list.filter((file) => !isImage(file)).map((file) => fileCard(file));
  return [images.length ? h(`div.images.count-${Math.min(images.length, 4)}`, null, images) : null, ...files];
}

/** Hides something until it is asked for. */
export function veiled(node) {
  const cover = h("div.veil", null, node);
  const button = h(
    "button.veil-button",
    {
      type: "button",
      onclick: () => {
        cover.classList.add("open");
        button.remove();
      },
    },
    "Spoiler",
  );
  cover.append(button);
  return cover;
}

export function fileCard({ filename, size, url }) {
  const href = safeUrl(url ?? "");
  const label = h("span.file-text", null, h("span.file-name", null, filename ?? "file"), h("span.file-size", null, bytes(size)));
  const get =
    href && url
      ? h(
          "a.icon-button",
          { href, download: filename ?? "", "aria-label": `Download ${filename}`, title: "Download" },
          icon("download"),
        )
      : null;
  return h("div.file", null, icon("file"), label, get);
}
