// The browser, the demo's page in it, and what people do and see there: what every tour is made of.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(process.env.NODE_MODULES ? path.join(process.env.NODE_MODULES, "x.js") : import.meta.url);
const { chromium } = require("playwright-core");

export const [base, browserPath, pictures] = process.argv.slice(2);
assert(base && browserPath && pictures, "usage: node page.mjs DEMO_URL CHROMIUM PICTURES");
const quiet = ["no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking"];
const still = ["disable-component-update", "disable-sync"];
export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 390, height: 844 };
export const wrong = []; // what the browser complained of

export const browser = await chromium.launch({ executablePath: browserPath, args: [...quiet, ...still].map((flag) => `--${flag}`) });
export const page = await open(`${base}/`);

export async function open(address) {
  const opened = await browser.newPage({ viewport: WIDE, colorScheme: "light", reducedMotion: "reduce" });
  opened.setDefaultTimeout(10_000);
  opened.on("console", (said) => ["error", "warning"].includes(said.type()) && wrong.push(said.text()));
  opened.on("pageerror", (error) => wrong.push(String(error)));
  opened.on("requestfailed", (request) => {
    const ended = request.url().includes("/sandbox/live"); // the live stream ends whenever another person takes over
    if (!ended) wrong.push(`${request.method()} ${request.url()}: ${request.failure()?.errorText}`);
  });
  opened.on("response", (answer) => answer.status() >= 400 && wrong.push(`${answer.status()} ${answer.url()}`));
  await opened.goto(address);
  return opened;
}

export function panel(title) {
  return page.getByRole("form", { name: title });
}

export function log(on = page) {
  return on.getByRole("log", { name: "Messages" });
}

/** The newest message for everybody that says so. */
export function card(words, on = page) {
  return log(on).locator("article:not(.ephemeral)", { hasText: words }).last();
}

/** The newest message for nobody else that says so. */
export function told(words, on = page) {
  return log(on).locator("article.ephemeral", { hasText: words }).last();
}

export function press(name, on) {
  return on.getByRole("button", { name, exact: true }).click();
}

/** Waits until the words stand there; says what stands there when they never do. */
export async function sees(place, words) {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const text = (await place.count()) ? (await place.first().innerText()).replace(/\s+/g, " ") : "";
    if (words.test(text)) return text;
    assert(Date.now() < deadline, `${words} was not seen; there was: ${text || "nothing"}`);
    await page.waitForTimeout(50);
  }
}

export async function actAs(name, on = page) {
  await on.getByRole("button", { name: /^Acting as/ }).click();
  await on.getByRole("menuitemradio", { name: new RegExp(`^${name}`) }).click();
  await on.getByRole("button", { name: new RegExp(`^Acting as ${name}`) }).waitFor();
}

/** Lets the bot write to them directly, or no longer: what the chat's own settings do. */
export async function takesDirect(name, open) {
  const { people } = await (await fetch(`${base}/sandbox/state`)).json();
  const who = people.find(({ user }) => [user.global_name, user.username].includes(name));
  const body = JSON.stringify({ as: who.user.id, do: "take_direct", open });
  const answer = await fetch(`${base}/sandbox/act`, { method: "POST", headers: { "content-type": "application/json" }, body });
  assert.equal((await answer.json()).ok, true, `${name} cannot be told`);
}

export async function goTo(channel) {
  await page.locator("#sidebar").getByRole("button", { name: new RegExp(`^${channel}`) }).click();
  await page.locator("#channel-head").getByRole("heading", { name: channel, exact: true }).waitFor();
}

/** Fills the form with the example of this company and sends it. */
export async function sendExample(company) {
  const form = panel("Send a lead");
  const shown = form.getByLabel("Company", { exact: true });
  for (let turn = 0; (await shown.inputValue()) !== company; turn += 1) {
    assert(turn < 20, `there is no example of ${company}`);
    await press("Another example", form);
  }
  await press("Send", form);
  await sees(form, /Send: done \(200\)/);
}

export async function movesOn(step) {
  // What it said the last time stands there until the clock has moved again.
  const answered = page.waitForResponse((answer) => answer.url().includes("/sandbox/panel/"));
  await press(step, panel("Move the clock on"));
  await answered;
  await page.locator("form", { hasText: `${step}: done (200)` }).waitFor();
  await panel("Move the clock on").locator('button[aria-busy="true"]').waitFor({ state: "detached" });
}

/** The minute of the day that the chat's clock shows somewhere. */
export async function minuteIn(timeZone) {
  const { now } = await (await fetch(`${base}/sandbox/state`)).json();
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
  const [hour, minute] = clock.format(new Date(now)).split(":").map(Number);
  return hour * 60 + minute;
}

/** Types a command; `given` is what goes into its fields, by their names, or the first field's words. */
export async function types(command, given) {
  await page.getByRole("textbox", { name: /^Message / }).fill(`/${command}`);
  await page.keyboard.press("Enter");
  const form = page.getByRole("form", { name: `/${command}` });
  if (typeof given === "string") await takes(form.getByRole("combobox").first(), given);
  for (const [name, words] of Object.entries(typeof given === "object" ? given : {})) {
    const field = form.getByRole("combobox", { name: new RegExp(`^${name}`, "i") });
    if (!(await field.count())) await form.getByRole("button", { name: new RegExp(name, "i") }).click();
    await takes(field, words);
  }
  await press("Send", form);
}

/** Types the words and takes the first row that has them. */
async function takes(field, words) {
  await field.fill(words);
  await page.getByRole("option", { name: new RegExp(words) }).first().click();
}

/** The form that lies over the page. */
export function dialog() {
  return page.getByRole("dialog");
}

/** Fills the form that lies over the page, by the names of its fields, and sends it. */
export async function fillsIn(values) {
  for (const [name, words] of Object.entries(values)) await dialog().getByRole("textbox", { name: new RegExp(name) }).fill(words);
  await press("Submit", dialog());
  await dialog().waitFor({ state: "detached" });
}

/** Opens the private list that asks so, and takes the row. */
export async function chooses(asking, opener, row) {
  await press(opener, told(asking));
  await page.getByRole("option", { name: row }).first().click();
}

/** One of the things under More. */
export async function doesMore(who, row) {
  await card(who).locator(".components").getByRole("button", { name: "More", exact: true }).click();
  await chooses(/^(?=.*What about).*\?/s, "Choose what to do", row);
}
