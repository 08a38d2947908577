// Does in a real browser what a newcomer to `leadbell demo` does, and asserts what they see.
//
//   node page.mjs DEMO_URL CHROMIUM PICTURES   exits 0 only if all of it happened; pictures go to the folder PICTURES
//
// Needs Node 20 or newer and playwright-core where Node finds it; NODE_MODULES may name a folder that has it.
import assert from "node:assert/strict";
import {
  NARROW,
  WIDE,
  actAs,
  base,
  browser,
  card,
  goTo,
  movesOn,
  open,
  page,
  panel,
  pictures,
  press,
  sees,
  sendExample,
  told,
  types,
  wrong,
} from "./seen.mjs";
import { walkAll } from "./tours.mjs";

try {
  await arrives();
  const asked = await isOffered();
  await isTooEarly(asked);
  await accepts(asked);
  await logsAnAttempt();
  await disqualifies();
  await isLate();
  await climbs();
  await asksWhy();
  await isRushed();
  await fillsATemplate();
  await mistypes();
  await reports();
  await isForKeyboards();
  await isPictured();
  await page.setViewportSize(WIDE);
  await walkAll();
  assert.deepEqual(wrong, [], "the browser complained");
  console.log("the page: all of it happened");
} catch (error) {
  await page.screenshot({ path: `${pictures}/page-failed.png` });
  console.error("FAILED:", error, wrong);
  process.exitCode = 1;
} finally {
  await browser.close();
}

// What a newcomer does.

async function arrives() {
  await page.getByRole("heading", { name: "Acme Robotics" }).waitFor();
  await sees(page.locator("#sidebar"), /Bot connected.*leads-dach.*leads-world/);
  await sees(card(/L-10\d\d/), /L-10\d\d/);
  await sees(panel("Try this"), /Accept.*move the clock on.*\/lead why/);
}

async function isOffered() {
  await sendExample("Brightpath Logistics");
  const offered = card("Brightpath Logistics");
  const text = await sees(offered, /OFFERED.*Score \d+ hot.*\+25 200\+ people.*offered to/);
  const asked = /offered to (Ann Berg|Ben Ruiz)/.exec(text)?.[1];
  assert(asked, `nobody of the team is asked: ${text}`);
  return asked;
}

async function isTooEarly(asked) {
  await actAs(asked === "Ann Berg" ? "Ben Ruiz" : "Ann Berg");
  await press("Accept", card("Brightpath Logistics"));
  await sees(told("is offered to"), new RegExp(`Dana K\\. is offered to ${asked} first.*Only you can see this`));
}

async function accepts(asked) {
  await actAs(asked);
  await press("Accept", card("Brightpath Logistics"));
  await sees(told("is yours"), /Dana K\. is yours.*dana\.keller@brightpath\.example.*Only you can see this/);
  await sees(card("Brightpath Logistics"), new RegExp(`CLAIMED.*Owner ${asked}`));
}

async function logsAnAttempt() {
  await press("Log attempt", card("Brightpath Logistics"));
  await press("Call", told("How did you try to reach"));
  await press("Reached", told("how did it go"));
  await sees(told("Logged for"), /call, reached\. 1 try so far/);
  await sees(card("Brightpath Logistics"), /WORKING.*Tries 1/);
}

async function disqualifies() {
  await press("Disqualify", card("Brightpath Logistics"));
  await press("Choose a reason", told("Why does work on"));
  await page.getByRole("option", { name: /^Not a fit/ }).click();
  const form = page.getByRole("dialog", { name: /Not a fit/ });
  await press("Submit", form);
  await sees(form, /This field is required/);
  await form.getByRole("textbox", { name: "What does not fit?" }).fill("They need cranes, not robots.");
  await page.screenshot({ path: `${pictures}/page-form.png` });
  await press("Submit", form);
  await form.waitFor({ state: "detached" });
  await sees(told("is closed"), /Dana K\. is closed as unqualified/);
  await sees(card("Brightpath Logistics"), /CLOSED.*Not a fit/);
}

/** Two look at the same card; the chat takes its time to change it, so that the slower one still sees Claim. */
async function isLate() {
  await sendExample("Suzuki Parts");
  await actAs("Eve Tanaka");
  await goTo("leads-world");
  const shown = card("Suzuki Parts");
  await shown.getByRole("button", { name: "Claim" }).waitFor();
  const quick = await open(page.url());
  await quick.getByRole("button", { name: /^Acting as Eve Tanaka/ }).waitFor();
  await actAs("Cleo Laurent", quick);
  const slow = { fault: "delay", ms: 2000 };
  const all = await disturb([
    { ...slow, method: "POST", path: "/callback" },
    { ...slow, method: "PATCH", path: "/messages/", times: 5 },
  ]);
  await press("Claim", card("Suzuki Parts", quick));
  while ((await disturb([])) === all) await page.waitForTimeout(20); // then the claim is decided, and its news on the way
  await press("Claim", shown);
  await disturb({ fault: "clear" });
  await sees(told("Cleo Laurent"), /Cleo Laurent.*Only you can see this/);
  await sees(told("is yours", quick), /Hana S\. is yours/);
  await sees(shown, /CLAIMED.*Owner Cleo Laurent/);
  await quick.close();
}

/** Orders trouble for the next requests of the bot; answers how many are still going to suffer. */
async function disturb(faults) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${base}/sandbox/faults`, { method: "POST", headers, body: JSON.stringify(faults) });
  const said = await answer.json();
  assert(said.ok, `no trouble: ${JSON.stringify(said)}`);
  return said.pending;
}

async function climbs() {
  await goTo("leads-dach");
  await sendExample("Hartmann Pumpen");
  const rings = card("Petra H., Hartmann Pumpen");
  const first = /offered to (Ann Berg|Ben Ruiz)/.exec(await sees(rings, /OFFERED.*offered to/))[1];
  await movesOn("+5 min");
  await sees(rings, new RegExp(`OFFERED.*offered to ${first === "Ann Berg" ? "Ben Ruiz" : "Ann Berg"}`));
  await movesOn("+5 min");
  await rings.getByRole("button", { name: "Claim" }).waitFor();
  await sees(rings, /STILL OPEN.*DACH, open to the team/);
  await movesOn("+10 min");
  await sees(rings, /@sales-dach/);
  await movesOn("+10 min");
  await sees(rings, /@sales-managers/);
}

async function asksWhy() {
  await actAs("May Okafor");
  await types("lead why", "Hartmann Pumpen");
  await sees(told("Why?"), /worth \d+ \w+ \(\+35 wants a demo.*\), rule "DE demo" sent it to DACH.*did not answer.*managers were rung/);
}

/** Eight write at once: a few have cards, the others share one message, whose button gives the next one. */
async function isRushed() {
  await goTo("leads-world");
  await press("Send eight", panel("A rush"));
  const pile = card("MORE WAITING");
  const waiting = /(\d+) MORE WAITING/.exec(await sees(pile, /[3-9] MORE WAITING.*Give me the next one/))[1];
  await page.screenshot({ path: `${pictures}/page-rush.png` });
  await actAs("Eve Tanaka");
  await press("Give me the next one", pile);
  await sees(told("is yours"), /is yours.*Only you can see this/);
  await press("Give me the next one", pile);
  await sees(told("Amir L."), /is yours/);
  await sees(card("MORE WAITING"), new RegExp(`${waiting} MORE WAITING`)); // those two had cards of their own
}

/** What is written again and again, filled with what is known of the lead. */
async function fillsATemplate() {
  const own = card("Amir L.");
  await sees(own, /CLAIMED.*Owner Eve Tanaka/);
  await own.getByRole("button", { name: "More", exact: true }).first().click(); // the last one is the chat's own
  await press("Choose what to do", told("Amir L."));
  await page.getByRole("option", { name: /^Template/ }).click();
  await press("Choose a template", told(/template/i));
  await page.getByRole("option", { name: /^Demo of the picker/ }).click();
  await sees(told("mailto:"), /thank you for writing to Acme Robotics.*Which half hour suits you.*Eve Tanaka, World/);
  await page.screenshot({ path: `${pictures}/page-template.png` });
  await press("Log as sent", told("mailto:"));
  await sees(told("Logged for"), /e-mail/);
  await actAs("May Okafor");
  await goTo("leads-dach");
}

async function mistypes() {
  const box = page.getByRole("textbox", { name: /^Message #/ });
  await box.fill("/lead wy");
  await page.keyboard.press("Enter");
  await sees(page.getByRole("alert").filter({ hasText: "no command" }), /There is no command “\/lead wy”\. Type \/ to see all of them\./);
  assert.equal(await box.inputValue(), "/lead wy", "what was typed is still there to be mended");
  await box.fill("");
}

async function reports() {
  await types("report pipeline");
  const picture = told("Pipeline").getByRole("img");
  await picture.scrollIntoViewIfNeeded();
  await page.waitForFunction((image) => image.complete && image.naturalWidth > 300, await picture.elementHandle());
  await sees(told("Pipeline"), /Converted.*DACH.*World/);
}

/** Every control has a name, and whatever Tab comes to can be seen to have the focus. */
async function isForKeyboards() {
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll("button, a[href], input, textarea, select")]
      .filter((node) => node.checkVisibility() && !node.closest("[aria-hidden=true]"))
      .filter((node) => {
        const names = [node.ariaLabel, node.textContent, node.labels?.[0]?.textContent, node.querySelector("img")?.alt];
        return !names.some((name) => name?.trim());
      })
      .map((node) => node.outerHTML),
  );
  assert.deepEqual(nameless, [], "some controls have no name");
  await page.getByRole("textbox", { name: /^Message #/ }).focus();
  for (let stop = 0; stop < 20; stop += 1) {
    await page.keyboard.press("Tab");
    const unseen = await page.evaluate(() => {
      const held = document.activeElement;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(held);
      const ringed = outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
      return held === document.body || ringed || boxShadow !== "none" ? null : held.outerHTML;
    });
    assert.equal(unseen, null, "something has the focus and does not show it");
  }
}

/** A card and a report, in every size and colour; and what hides at the side of a small window. */
async function isPictured() {
  await page.getByRole("textbox", { name: /^Message #/ }).focus();
  await page.locator("#panels-body").evaluate((body) => body.scrollTo(0, 0));
  const shown = { card: card("Hartmann Pumpen"), why: told("Why?"), report: told("Pipeline") };
  for (const [size, viewport] of Object.entries({ wide: WIDE, narrow: NARROW })) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      const other = colorScheme === "dark" ? "Use the light theme" : "Use the dark theme";
      await page.getByRole("button", { name: other, includeHidden: true }).waitFor({ state: "attached" });
      for (const [name, message] of Object.entries(shown)) {
        await message.evaluate((node) => node.scrollIntoView({ block: "end" }));
        await fitsIn(viewport);
        await page.screenshot({ path: `${pictures}/page-${size}-${colorScheme}-${name}.png` });
      }
    }
  }
  for (const [name, button] of [["panel", "Side panel"], ["channels", "Channels"]]) {
    await press(button, page.locator("#main"));
    await page.screenshot({ path: `${pictures}/page-narrow-${name}.png` });
    await page.keyboard.press("Escape");
  }
}

/** Nothing sticks out of the window. */
async function fitsIn({ width }) {
  const wanted = await page.evaluate(() => document.documentElement.scrollWidth);
  assert(wanted <= width, `the page is ${wanted} px wide in a window of ${width} px`);
}
