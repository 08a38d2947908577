// Shows a person: name, roles, what may be done with them, and the switch of who is acting.
import { h, icon } from "./dom.js";
import { avatar, roleVars } from "./colour.js";
import { closePopover, openMenu, openPopover } from "./popover.js";
import { openDirect, runCommand } from "./actions.js";
import { displayName, emit, isBot, nameColour, personOf, roleColour, rolesOf, store } from "./store.js";

export function roleChips(id) {
  return rolesOf(id).map((role) =>
    h("span.role-chip", { vars: roleVars(roleColour(role)) }, h("span.role-dot", { "aria-hidden": "true" }), role.name),
  );
}

export function openProfile({ user, anchor }) {
  const person = personOf(user.id);
  const acts = [];
  const act = (label, run, style = "secondary") =>
    acts.push(
      h(
        `button.button.${style}.small`,
        {
          type: "button",
          onclick: () => {
            closePopover();
            run();
          },
        },
        label,
      ),
    );
  if (person && user.id !== store.me.id) act(`Act as ${displayName(user)}`, () => emit("become", user.id), "primary");
  if (user.id === store.bot?.id) act("Message", openDirect, "primary");
  for (const command of store.commands.filter((c) => c.type === 2))
    act(command.name, () => runCommand({ command, target: user.id }));
  openPopover(
    anchor,
    h(
      "div.profile",
      { role: "dialog", "aria-label": displayName(user) },
      h(
        "div.profile-head",
        null,
        avatar(user, displayName(user), person?.status),
        h(
          "div",
          null,
          h(
            "div.profile-name",
            { vars: roleVars(nameColour(user.id)) },
            displayName(user),
            isBot(user) ? h("span.tag", null, "BOT") : null,
          ),
          h("div.muted", null, [user.username, person?.note].filter(Boolean).join(" · ")),
        ),
      ),
      rolesOf(user.id).length ? h("div.role-chips", null, roleChips(user.id)) : null,
      acts.length ? h("div.profile-acts", null, acts) : null,
    ),
  );
}

/** The switch "Acting as", shown at the foot of the sidebar. */
export function actingSwitch() {
  const me = store.me;
  const person = personOf(me.id);
  const button = h(
    "button.acting",
    {
      type: "button",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      onclick: () => openMenu(button, people(), { label: "Acting as", wide: true }),
    },
    avatar(me, displayName(me), person?.status ?? "online"),
    h(
      "span.acting-text",
      null,
      h("span.acting-label", null, "Acting as"),
      h("span.acting-name", null, displayName(me)),
      h("span.role-chips", null, roleChips(me.id), person?.note ? h("span.muted", null, person.note) : null),
    ),
    icon("chevron"),
  );
  return button;
}

function people() {
  return [
    "Act as",
    ...store.people.map(({ user, status, note }) => ({
      checked: user.id === store.me.id,
      run: () => emit("become", user.id),
      node: h(
        "span.person-row",
        null,
        avatar(user, displayName(user), status),
        h(
          "span",
          null,
          h("span.person-name", { vars: roleVars(nameColour(user.id)) }, displayName(user)),
          h("span.role-chips", null, roleChips(user.id), note ? h("span.muted", null, note) : null),
        ),
      ),
    })),
  ];
}

/** Everyone here, for the side panel. */
export function peopleList() {
  const rows = [...store.people, { user: store.bot, status: store.connected ? "online" : "offline" }].filter((p) => p.user);
  const unique = [...new Map(rows.map((p) => [p.user.id, p])).values()];
  return h(
    "section.panel.people",
    { "aria-label": "People" },
    h("h2", null, "People"),
    h(
      "ul",
      null,
      unique.map((p) => h("li", null, personButton(p))),
    ),
  );
}

function personButton({ user, status, note }) {
  const open = (event) => openProfile({ user, anchor: event.currentTarget });
  return h(
    "button.person-row",
    { type: "button", onclick: open },
    avatar(user, displayName(user), status),
    h(
      "span",
      null,
      h(
        "span.person-name",
        { vars: roleVars(nameColour(user.id)) },
        displayName(user),
        isBot(user) ? h("span.tag", null, "BOT") : null,
      ),
      h(
        "span.muted",
        null,
        note ??
          rolesOf(user.id)
            .map((r) => r.name)
            .join(", "),
      ),
    ),
  );
}
