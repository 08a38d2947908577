// Draws the right column: whatever panels the sandbox was given, each a form with its buttons, and the people.
import { codeBlock, fill, h, icon, spinner, uid } from "./dom.js";
import { pressPanel } from "./api.js";
import { markdown } from "./markdown.js";
import { peopleList } from "./profile.js";
import { store } from "./store.js";

let drawn = "";

/** Draws anew only when the panels themselves changed, so that half-filled forms survive. */
export function drawPanels(root) {
  const forms = root.querySelector(".forms") ?? root.appendChild(h("div.forms"));
  const people = root.querySelector(".people-slot") ?? root.appendChild(h("div.people-slot"));
  const mark = JSON.stringify(store.panels);
  if (mark !== drawn) fill(forms, store.panels.map(panel));
  drawn = mark;
  fill(people, peopleList());
}

function panel(data) {
  const title = uid("panel");
  const fields = (data.fields ?? []).map(field);
  const outcome = h("div.outcome", { role: "status" });
  const form = h("form.panel", { "aria-labelledby": title, novalidate: false }, h("h2", { id: title }, data.title));
  if (data.text) form.append(h("div.panel-text", null, markdown(data.text)));
  if (fields.length)
    form.append(
      h(
        "div.panel-fields",
        null,
        fields.map((f) => f.node),
      ),
    );
  const buttons = (data.buttons ?? []).map((b, n) => panelButton(b, n, { data, form, fields, outcome }));
  const shuffle = data.shuffle?.length ? shuffler(data.shuffle, fields) : null;
  if (buttons.length || shuffle) form.append(h("div.panel-buttons", null, buttons, shuffle));
  form.append(outcome);
  if (data.code)
    form.append(h("details.panel-code", { open: !fields.length }, h("summary", null, "From a terminal"), codeBlock(data.code)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    buttons[0]?.click();
  });
  return form;
}

function field({ name, label, kind, value, options, required, placeholder }) {
  const id = uid("field");
  const common = { id, name, required, placeholder };
  const input =
    kind === "textarea"
      ? h("textarea", { ...common, rows: 3 })
      : kind === "select"
        ? h(
            "select",
            common,
            (options ?? []).map((o) => h("option", { value: o.value }, o.label ?? o.value)),
          )
        : h("input", {
            ...common,
            type: kind === "number" ? "number" : "text",
            step: kind === "number" ? "any" : null,
            autocomplete: "off",
          });
  if (value !== undefined && value !== null) input.value = String(value);
  const node = h(
    "div.panel-field",
    null,
    h("label", { for: id }, label ?? name, required ? h("span.required", { "aria-hidden": "true" }, " *") : null),
    input,
  );
  const read = () => (kind === "number" && input.value !== "" ? Number(input.value) : input.value);
  return {
    name,
    node,
    read,
    write: (next) => {
      input.value = String(next);
    },
  };
}

function shuffler(presets, fields) {
  let at = -1;
  const next = () => {
    at = (at + 1) % presets.length;
    for (const f of fields) if (presets[at][f.name] !== undefined) f.write(presets[at][f.name]);
  };
  return h("button.button.quiet", { type: "button", onclick: next }, icon("shuffle"), "Another example");
}

function panelButton(button, place, { data, form, fields, outcome }) {
  const node = h(`button.button.${place === 0 && fields.length ? "primary" : "secondary"}`, { type: "button" }, button.label);
  node.addEventListener("click", async () => {
    if (node.ariaBusy === "true" || !form.reportValidity()) return;
    node.ariaBusy = "true";
    node.append(spinner());
    node.classList.add("waiting");
    const values = Object.fromEntries(fields.map((f) => [f.name, f.read()]));
    show(outcome, button.label, await pressPanel(data.id, { ...values, ...button.values }));
    node.lastChild.remove();
    node.ariaBusy = null;
    node.classList.remove("waiting");
  });
  return node;
}

function show(outcome, label, { status, body }) {
  const good = status >= 200 && status < 300;
  const words = good ? `${label}: done (${status})` : status ? `${label}: refused (${status})` : `${label}: not sent`;
  outcome.className = `outcome ${good ? "good" : "bad"}`;
  const detail = typeof body === "string" ? body : JSON.stringify(body);
  fill(
    outcome,
    icon(good ? "check" : "warn"),
    h("span", null, words, detail ? h("span.outcome-body", null, detail.slice(0, 300)) : null),
  );
}
