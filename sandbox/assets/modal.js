// Shows a bot's modal: a dialog with its inputs, their limits, and the errors of sending it.
import { h, iconButton, spinner, uid } from "./dom.js";
import { avatar } from "./colour.js";
import { markdown } from "./markdown.js";
import { selectDefaults, selectTrigger } from "./components.js";
import { closePopover } from "./popover.js";
import { displayName, store } from "./store.js";

/** `submit(fields)` answers null when the form may close, else the sentence to show. */
export function openModal({ modal, submit }) {
  closePopover();
  document.querySelector("dialog.modal")?.close();
  const title = uid("modal");
  const fields = (modal.components ?? []).flatMap(toFields);
  const problem = h("p.form-problem", { role: "alert" });
  const send = h("button.button.primary", { type: "submit" }, "Submit");
  const form = h(
    "form",
    { novalidate: true },
    h(
      "div.modal-fields",
      null,
      fields.map((f) => f.node),
    ),
    problem,
    h("footer.modal-foot", null, h("button.button.quiet", { type: "button", onclick: () => dialog.close() }, "Cancel"), send),
  );
  const dialog = h(
    "dialog.modal",
    { "aria-labelledby": title },
    head(modal, title, () => dialog.close()),
    note(),
    form,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (send.disabled) return;
    const wrong = fields.filter((field) => !field.check());
    if (wrong.length) return wrong[0].focus();
    await sendForm({ dialog, send, problem, fields, submit });
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  fields.find((f) => f.read)?.focus();
}

function head(modal, id, close) {
  return h(
    "header.modal-head",
    null,
    avatar(store.bot, displayName(store.bot)),
    h("h2", { id }, modal.title),
    iconButton("close", "Close", close),
  );
}

function note() {
  return h(
    "p.modal-note",
    null,
    `This form will be submitted to ${displayName(store.bot)}. Do not share passwords or other sensitive information.`,
  );
}

async function sendForm({ dialog, send, problem, fields, submit }) {
  send.disabled = true;
  send.replaceChildren(spinner());
  send.setAttribute("aria-label", "Submitting");
  problem.textContent = "";
  const values = Object.fromEntries(fields.filter((f) => f.read).map((f) => [f.name, f.read()]));
  const sentence = await submit(values);
  if (!dialog.isConnected) return;
  if (!sentence) return dialog.close();
  problem.textContent = sentence;
  send.disabled = false;
  send.removeAttribute("aria-label");
  send.replaceChildren("Submit");
}

/** Rows hold an input with its own label; newer labels wrap any one component. */
function toFields(component) {
  if (component.type === 1) return (component.components ?? []).flatMap(toFields);
  if (component.type === 18) return [fieldOf(component.component ?? {}, component.label, component.description)];
  if (component.type === 10) return [{ node: markdown(component.content), check: () => true }];
  return [fieldOf(component, component.label)];
}

function fieldOf(component, label, description) {
  if (component.type === 4) return textField(component, label, description);
  if ([3, 5, 6, 7, 8].includes(component.type)) return selectField(component, label, description);
  return { node: h("p.unknown-component", null, `Component of type ${component.type} is not drawn here`), check: () => true };
}

function frame({ id, label, required, description, control, problem, count }) {
  return h(
    "div.field",
    null,
    h("label.field-label", { for: id }, label ?? "", required ? h("span.required", { "aria-hidden": "true" }, " *") : null),
    description ? h("p.field-note", null, description) : null,
    control,
    h("div.field-foot", null, problem, count),
  );
}

function textField(component, label, description) {
  const id = uid("input");
  const problem = h("span.field-problem", { id: `${id}-p`, role: "alert" });
  const count = h("span.field-count", { "aria-hidden": "true" });
  const required = component.required !== false;
  const max = component.max_length ?? 4000;
  const input = h(component.style === 2 ? "textarea" : "input", {
    id,
    maxlength: max,
    placeholder: component.placeholder,
    "aria-required": String(required),
    "aria-describedby": `${id}-p`,
    rows: component.style === 2 ? 4 : null,
    type: component.style === 2 ? null : "text",
    autocomplete: "off",
    value: component.value ?? "",
  });
  const measure = () => {
    count.textContent = component.max_length ? `${input.value.length}/${max}` : "";
  };
  const check = () => {
    const sentence = textProblem(input.value, required, component.min_length ?? 0);
    problem.textContent = sentence;
    input.setAttribute("aria-invalid", String(Boolean(sentence)));
    return !sentence;
  };
  input.addEventListener("input", () => {
    measure();
    if (problem.textContent) check();
  });
  measure();
  const node = frame({ id, label: label ?? component.label, required, description, control: input, problem, count });
  return { name: component.custom_id, node, check, read: () => input.value, focus: () => input.focus() };
}

function textProblem(value, required, min) {
  if (required && !value.trim()) return "This field is required";
  if (value && value.length < min) return `Must be ${min} or more in length`;
  return "";
}

function selectField(component, label, description) {
  const id = uid("select");
  const problem = h("span.field-problem", { role: "alert" });
  const required = component.required !== false && (component.min_values ?? 1) > 0;
  const holder = h("div.select-holder");
  let values = selectDefaults(component);
  const draw = () => {
    const trigger = selectTrigger(component, {
      values,
      label,
      done: (next) => {
        values = next;
        problem.textContent = "";
        draw();
        holder.firstChild.focus();
      },
    });
    trigger.id = id;
    holder.replaceChildren(trigger);
  };
  draw();
  const check = () => {
    problem.textContent = required && !values.length ? "This field is required" : "";
    return !problem.textContent;
  };
  const node = frame({ id, label, required, description, control: holder, problem });
  return { name: component.custom_id, node, check, read: () => values, focus: () => holder.firstChild.focus() };
}
