// What reps and managers do all day, walked through on the demo's page, with the words that they must see on the way.
// Every tour stands on what the one before it left: Rosa's, Kai's, Nina's and Otto's leads, and the two reps of DACH who have them.
import assert from "node:assert/strict";
import {
  actAs,
  card,
  chooses,
  dialog,
  doesMore,
  fillsIn,
  goTo,
  log,
  minuteIn,
  movesOn,
  page,
  panel,
  pictures,
  press,
  sees,
  takesDirect,
  told,
  types,
} from "./seen.mjs";

const REPS = ["Ann Berg", "Ben Ruiz"];
const ROSA = { Name: "Rosa Lindt", "E-mail": "rosa@lindtlifts.example", Phone: "+49 30 23125 101", Company: "Lindt Lifts" };
const KAI = { Name: "Kai Moser", "E-mail": "kai@moserkran.example", Phone: "+49 30 23125 102", Company: "Moser Kran" };
const NINA = { Name: "Nina Post", "E-mail": "nina@posthubs.example", Phone: "+49 30 23125 103", Company: "Post Hubs" };
const HUGO = { Name: "Hugo Seil", "E-mail": "refused@seilbahn.example", Phone: "+49 30 23125 105", Company: "Seil Bahnen" };
const OTTO = { Name: "Otto Brink", "E-mail": "otto@brinksilos.example", Phone: "+49 30 23125 104", Company: "Brink Silos" };

export async function walkAll() {
  const rep = await takesLead(ROSA);
  const mate = REPS.find((name) => name !== rep);
  await isMended(rep, mate);
  await asksWhoDecides(rep);
  await makesADeal();
  await followsUp();
  await takesLead(KAI, mate);
  await helps(rep, mate);
  await trades(rep, mate);
  await speaksInTheThread(rep);
  await readsTheMorning(rep);
  await readsTheEvening(rep);
  await isAskedWhetherStillTheirs(rep, mate);
  await isForgotten(rep, mate);
  await hearsInTheThread(rep, mate);
  await writesByMail(rep);
  await isRefused(rep);
  await asksTheManagers(rep);
  await isOverdue(rep);
  await ordersADigest();
}

/** Somebody writes, and the rep whose turn it is takes it; or `wanted`, once the other one did not answer. */
async function takesLead(person, wanted) {
  await goTo("leads-dach");
  const form = panel("Send a lead");
  await form.getByLabel("Country", { exact: true }).selectOption("DE");
  const said = { ...person, "Company size": "80", "What do you need?": "A robot that climbs." };
  for (const [label, words] of Object.entries(said)) await form.getByLabel(label, { exact: true }).fill(words);
  await press("Send", form);
  const offered = card(person.Company);
  let asked = await whoIsAsked(offered, ".*");
  if (wanted && asked !== wanted) {
    await movesOn("+5 min");
    asked = await whoIsAsked(offered, wanted);
  }
  await actAs(asked);
  await press("Accept", offered);
  await sees(told("is yours"), new RegExp(`is yours.*${person["E-mail"]}`));
  return asked;
}

async function whoIsAsked(offered, name) {
  return /offered to (Ann Berg|Ben Ruiz)/.exec(await sees(offered, new RegExp(`OFFERED.*offered to ${name}`)))[1];
}

async function directMessage(name, words) {
  await actAs(name);
  await goTo("Leadbell");
  return card(words);
}

async function disqualifies(who, reason) {
  await press("Disqualify", card(who));
  await chooses("Why does work on", "Choose a reason", reason);
}

/** The address was wrong: a teammate finds the right one, and the lead is back with its owner. */
async function isMended(rep, mate) {
  await disqualifies("Lindt Lifts", /^Invalid data.*A teammate mends it/);
  await press("Submit", dialog());
  await sees(dialog(), /What is wrong\?.*This field is required/);
  await fillsIn({ "What is wrong": "Mails come back" });
  await sees(told("can mend it"), new RegExp(`goes to ${mate}, who can mend it until.*Then it comes back to you`));
  await sees(card("Lindt Lifts"), new RegExp(`IN REPAIR.*with ${mate}, then back to ${rep}`));
  const asked = await directMessage(mate, "needs mending");
  await sees(asked, new RegExp(`${rep} asks for your help.*It costs you no turn.*Wrong "Mails come back".*Mend the data.*Cannot be mended`));
  await press("Mend the data", asked);
  await fillsIn({ "E-mail": "rosa at home" });
  await sees(told("is no e-mail address"), /Write it like dana@example\.com/);
  await press("Type it again", told("is no e-mail address"));
  assert.equal(await dialog().getByRole("textbox", { name: "E-mail" }).inputValue(), "rosa at home");
  await page.screenshot({ path: `${pictures}/page-repair.png` });
  await fillsIn({ "E-mail": "rosa.lindt@lindtlifts.example" });
  await sees(told("is mended"), new RegExp(`Rosa L\\. is mended, thank you\\. It is with ${rep}, who got it`));
  await sees(await directMessage(rep, "is mended by"), /and yours again.*rosa\.lindt@lindtlifts\.example/);
}

/** Rosa cannot decide: who does becomes a lead of the same rep, and both cards say so. */
async function asksWhoDecides(rep) {
  await goTo("leads-dach");
  await disqualifies("Rosa L.", /^No authority/);
  await fillsIn({ "Who decides": "Max Brandt, their CTO", "e-mail": "max.brandt@lindtlifts.example" });
  await sees(told("Who decides is"), /Rosa L\. stays with you, with a task: Find the decision-maker.*Who decides is L-\d+/);
  await sees(card("Max B."), new RegExp(`CLAIMED.*named as who decides.*Owner ${rep}.*decides for L-\\d+`));
  await sees(card("Rosa L."), /WORKING.*Linked L-\d+ decides/);
}

/** An amount that cannot be read, one that can, and the sale. */
async function makesADeal() {
  await doesMore("Max B.", /^Convert/);
  await fillsIn({ "worth": "12 oxen" });
  await sees(told("12500"), /"oxen" is not the three letters of a currency, such as EUR or USD\. Write it like/);
  await press("Type it again", told("12500"));
  assert.equal(await dialog().getByRole("textbox", { name: /worth/ }).inputValue(), "12 oxen");
  await fillsIn({ "worth": "12k", "currency": "USD" });
  await sees(told("is a deal of"), /Max B\. is a deal of 12,000 USD now.*Plan the next step.*Won/);
  await sees(card("Max B."), /QUALIFIED.*Value 12,000 USD/);
  await press("Won", told("is a deal of"));
  await sees(told("is won"), /Max B\. is won: a customer now, for 12,000 USD\. Well done!/);
  await sees(card("Max B."), /WON.*Value 12,000 USD, won/);
  await press("Details", card("Max B."));
  await sees(told("So far"), /E-mail max\.brandt@lindtlifts\.example.*Won by/);
}

/** A time that cannot be read, one that can, its reminder, and what came of it. */
async function followsUp() {
  await press("Follow up", card("Rosa L."));
  await chooses("be contacted next", "Choose a time", /^Another time/);
  await fillsIn({ "When": "soonish", "What for": "Send the offer" });
  await sees(told("soonish"), /is not a time that can be read here\. Write it like: tomorrow 9/);
  await press("Type it again", told("soonish"));
  assert.equal(await dialog().getByRole("textbox", { name: /What for/ }).inputValue(), "Send the offer");
  await fillsIn({ "When": "in 2 hours" });
  await sees(told("Planned for"), /Rosa L\.: .*You will be reminded then/);
  await movesOn("+1 hour");
  await movesOn("+1 hour");
  await goTo("Leadbell");
  const due = card("the follow-up planned for");
  await sees(due, /Rosa L\.: the follow-up planned for .* is due.*"?Send the offer"?.*Done.*Reached.*No answer.*Move/);
  await page.screenshot({ path: `${pictures}/page-reminder.png` });
  await press("Done", due);
  await fillsIn({ "What came of it": "Wants two offers" });
  await sees(told("Done:"), /Done: L-\d+ Rosa L\. What comes next\?.*Follow up/);
}

/** A question to a colleague, and the answer. */
async function helps(rep, mate) {
  await actAs(rep);
  await goTo("leads-dach");
  await doesMore("Rosa L.", /^Help/);
  await chooses("Who shall help you", "Choose whom to ask", new RegExp(`^${mate}`));
  await fillsIn({ "What do you ask": "What discount may I give?" });
  await sees(told("is asked about"), new RegExp(`${mate} is asked about L-\\d+ Rosa L\\. It stays yours.*Take it back`));
  const question = await directMessage(mate, "asks for help with");
  await sees(question, /Asks "What discount may I give\?".*Answer.*Cannot help/);
  await press("Answer", question);
  await fillsIn({ "Your answer": "Up to five percent." });
  await sees(told("Thank you"), new RegExp(`your answer goes to ${rep}`));
  await sees(await directMessage(rep, "answers about"), new RegExp(`${mate} answers about.*Answer "Up to five percent\\."`));
}

/** One lead for another: both change hands at once. */
async function trades(rep, mate) {
  await goTo("leads-dach");
  const [rosas, kais] = await Promise.all(["Rosa L.", "Kai M."].map(async (who) => /L-\d+/.exec(await sees(card(who), /L-\d+/))[0]));
  await doesMore("Rosa L.", /^Trade/);
  await fillsIn({ "Which lead": "L-1", "Why": "Kai is in my city" });
  await press("Type it again", told("There is no lead L-1"));
  assert.equal(await dialog().getByRole("textbox", { name: /Why/ }).inputValue(), "Kai is in my city");
  await fillsIn({ "Which lead": kais });
  await sees(told("may say yes or no"), new RegExp(`is offered for ${kais}\\. ${mate} may say yes or no; the offer lapses in`));
  const offer = await directMessage(mate, "would trade");
  await sees(offer, new RegExp(`${rep} would trade ${rosas} for ${kais}.*"Kai is in my city".*You give ${kais}.*You get ${rosas}.*No, thanks`));
  await page.screenshot({ path: `${pictures}/page-trade.png` });
  await press("Trade", offer);
  await sees(told("Traded:"), new RegExp(`which is now with ${rep}`));
  await goTo("leads-dach");
  await sees(card("Rosa L."), new RegExp(`Owner ${mate}`));
  await sees(card("Kai M."), new RegExp(`Owner ${rep}`));
}

/** What the owner writes in the lead's thread is a note, and their mark on it an attempt. */
async function speaksInTheThread(rep) {
  await actAs(rep);
  await card("Kai M.").getByRole("button", { name: /See thread/ }).click();
  await sees(card("is now with"), new RegExp(`Kai M\\. is now with ${rep}.*it was traded for`));
  await page.getByRole("textbox", { name: /^Message / }).fill("He wants it in blue.");
  await page.keyboard.press("Enter");
  const written = card("He wants it in blue.");
  await written.getByRole("button", { name: /📝, 1 reaction/ }).waitFor();
  await written.hover();
  await written.getByRole("button", { name: "Add reaction" }).first().click();
  await page.getByRole("textbox", { name: "Any emoji" }).fill("📞");
  await page.keyboard.press("Enter");
  await goTo("leads-dach");
  await sees(card("Kai M."), /WORKING.*Tries 1 \(call 1\)/);
}

/** A plan for tomorrow is in what everybody hears when their day begins. */
async function readsTheMorning(rep) {
  await press("Follow up", card("Kai M."));
  await chooses("be contacted next", "Choose a time", /^Tomorrow, 09:00/);
  await sees(told("Planned for"), /Kai M\./);
  await actAs(rep);
  await goTo("Leadbell");
  // Each press goes to somebody's morning: that of Los Angeles comes in the evening, and by night tomorrow is not the next day.
  const morning = log().locator("article", { hasText: "Your day begins" }).filter({ hasText: "Kai M." });
  for (let turn = 0; turn < 4 && !(await morning.count()); turn += 1) {
    await movesOn("Next morning");
    // Pressed once too often, the day would be over.
    for (let tenth = 0; tenth < 50 && !(await morning.count()); tenth += 1) await page.waitForTimeout(100);
  }
  await sees(morning, /Your day begins: \d+ things? to do.*L-\d+ Kai M\., Moser Kran/);
  await page.screenshot({ path: `${pictures}/page-morning.png` });
}

/** Half an hour before the day ends: what is loose, and what can be done about each at once. */
async function readsTheEvening(rep) {
  while ((await minuteIn("Europe/Berlin")) < 16 * 60) await movesOn("+1 hour");
  while ((await minuteIn("Europe/Berlin")) < 17 * 60 + 10) await movesOn("+5 min");
  await takesLead(NINA, rep);
  await logsACall(card("Nina P."), "Log attempt");
  await takesLead(OTTO, rep);
  while ((await minuteIn("Europe/Berlin")) < 17 * 60 + 30) await movesOn("+5 min");
  await goTo("Leadbell");
  const evening = card("Before you go");
  const loose = [
    /Before you go: \d+ loose ends.*Log what you did, or plan when you go on\./,
    /Not touched yet • L-\d+ Otto B\., Brink Silos, (due in|late since)/,
    /Overdue, or taken from you tomorrow morning if nothing happens • L-\d+ Kai M\., Moser Kran, due in 1\d hours/,
    /Worked today, without a next step • L-\d+ Nina P\., Post Hubs, last worked/,
  ];
  for (const words of loose) await sees(evening, words);
  await page.screenshot({ path: `${pictures}/page-evening.png` });
  await logsACall(evening, `Log ${await numberOf("Otto B.", evening)}`);
  for (const who of ["Otto B.", "Kai M.", "Nina P."]) {
    await press(`Plan ${await numberOf(who, evening)}`, evening);
    await chooses(`When shall ${await numberOf(who, evening)}`, "Choose a time", /^In an hour/);
    await sees(told("Planned for"), new RegExp(`Planned for .*${who}: `));
  }
}

/** `L-1042`, as it stands before somebody's name. */
async function numberOf(who, place) {
  return new RegExp(`(L-\\d+) ${who}`).exec(await sees(place, new RegExp(`L-\\d+ ${who}`)))[1];
}

/** An attempt in two taps, from a card or a message. */
async function logsACall(place, opener) {
  await press(opener, place);
  await press("Call", told("How did you try to reach"));
  await press("No answer", told("how did it go"));
  await sees(told("Logged for"), /call, no answer\. \d (try|tries) so far/);
}

/** A day after what was planned the owner is asked, and each answer has its consequence. */
async function isAskedWhetherStillTheirs(rep, mate) {
  await movesOn("+1 day");
  await movesOn("+1 hour");
  for (const who of ["Otto B.", "Kai M.", "Nina P."]) {
    const asked = await sees(card(`${who}: still yours?`), /If nothing happens, it goes back to the team in [34] hours\./);
    assert.match(asked, /still yours\? A follow-up was planned for .*Yes, still mine Done Give it back/);
  }
  await page.screenshot({ path: `${pictures}/page-still-yours.png` });
  await press("Yes, still mine", card("Nina P.: still yours?"));
  await sees(dialog(), /When\? Time in Berlin/);
  await fillsIn({ "When": "in 1 hour", "What for": "Ask for the floor plan" });
  await sees(told("Nina P."), /Planned for .*You will be reminded then/);
  await press("Done", card("Otto B.: still yours?"));
  await fillsIn({ "What came of it": "Has signed the order" });
  await sees(told("Done:"), /Done: L-\d+ Otto B\. What comes next\?/);
  await press("Give it back", card("Kai M.: still yours?"));
  await press("Submit", dialog());
  await sees(dialog(), /Why do you give it back\?.*This field is required/);
  await fillsIn({ "Why do you give it back": "I am at the fair all week" });
  await sees(told("is released"), new RegExp(`Kai M\\. is released\\. It is offered to ${mate}\\.`));
  await goTo("leads-dach");
  await sees(card("Nina P."), new RegExp(`WORKING.*Owner ${rep}.*Due follow-up .*in 59 minutes`));
  await sees(card("Otto B."), new RegExp(`WORKING.*Owner ${rep}`));
  await sees(card("Kai M."), new RegExp(`OFFERED.*offered to ${mate}`));
}

/** Who answers nothing loses the lead; and a colleague whose direct messages are closed is asked in the team's channel. */
async function isForgotten(rep, mate) {
  await actAs(mate);
  await press("Accept", card("Kai M."));
  await logsACall(card("Kai M."), "Log attempt");
  await types("me notify", { what: "All of it", by: "The lead's thread" });
  await sees(told("Offers"), /Offers in the team's channel.*Warnings and reminders in the lead's thread.*they cannot be switched off/);
  await types("me notify", { what: "All of it", by: "Direct message" });
  await sees(told("Offers"), /Offers by direct message.*Loose ends before it ends by direct message/);
  await takesDirect(mate, false);
  await movesOn("+1 day");
  await movesOn("+1 hour");
  await sees(await directMessage(rep, "Nina P.: still yours?"), /Plan Ask for the floor plan/);
  for (let hour = 0; hour < 4; hour += 1) await movesOn("+1 hour");
  const lost = new RegExp(`went back to the team: nothing happened for too long It is offered to ${mate}\\. It costs you nothing`);
  await sees(card("Nina P. went back"), lost);
  await goTo("leads-dach");
  await sees(card(/OFFERED.*Nina P./s), new RegExp(`offered to ${mate}`));
}

/** Asked in the channel and told in the thread, by name and without contact data; that is shown to whoever may see it. */
async function hearsInTheThread(rep, mate) {
  const asked = card("is offered to you");
  const shown = await sees(asked, new RegExp(`@${mate} L-\\d+ Nina P\\. is offered to you.*It is your turn.*Accept Pass Show contact`));
  assert.doesNotMatch(shown, /nina@|23125/, "contact data stands where everybody reads");
  await press("Accept", asked);
  await sees(told("is offered to"), new RegExp(`Nina P\\. is offered to ${mate} first`));
  await actAs(mate);
  await press("Accept", asked);
  await sees(told("is yours"), /Nina P\. is yours.*nina@posthubs\.example/);
  await card(/CLAIMED.*Nina P./s).getByRole("button", { name: /See thread/ }).click();
  await sees(card("is now with"), new RegExp(`is now with ${mate} Before ${rep}.*Planned follow-up .*"Ask for the floor plan"`));
  await movesOn("+10 min");
  const warned = card("waits for your first touch");
  const warning = await sees(warned, new RegExp(`@${mate} L-\\d+ Nina P\\. waits for your first touch.*goes back to the team in.*Show contact`));
  assert.doesNotMatch(warning, /nina@|23125/, "contact data stands where everybody reads");
  await page.screenshot({ path: `${pictures}/page-thread.png` });
  await press("Show contact", warned);
  await sees(told("E-mail"), /nina@posthubs\.example.*Only you can see this/);
  await logsACall(warned, "Log attempt");
  await takesDirect(mate, true);
  await goTo("leads-dach");
  await sees(card(/WORKING.*Nina P./s), new RegExp(`Owner ${mate}.*Tries 2`));
}

/** A template goes out through the team's mail server, and counts as a try. */
async function writesByMail(rep) {
  await actAs(rep);
  await goTo("leads-dach");
  await opensTemplate("Otto B.", /^Introduction/);
  await sees(told("mailto:"), /To otto@brinksilos\.example.*Subject.*Hello Otto.*Send.*Log as sent/);
  await page.screenshot({ path: `${pictures}/page-mail.png` });
  await press("Send", told("mailto:"));
  await sees(told("On its way"), /On its way to otto@brinksilos\.example\. If it does not go out, you hear of it\. Logged for .*e-mail/);
  await sees(card("Otto B."), /Tries \d+ \(call \d, e-mail 1\)/);
}

async function opensTemplate(who, row) {
  await doesMore(who, /^Template/);
  await chooses("Which message for", "Choose a template", row);
}

/** The mail server refuses an address: whoever sent it hears so, with what can be done. */
async function isRefused(rep) {
  await takesLead(HUGO, rep);
  await opensTemplate("Hugo S.", /^Introduction/);
  await press("Send", told("mailto:"));
  await sees(told("On its way"), /to refused@seilbahn\.example/);
  await sees(await directMessage(rep, "did not go out"), /"Introduction" did not go out to L-\d+ Hugo S\..*Log attempt.*Follow up/);
  await page.screenshot({ path: `${pictures}/page-refused.png` });
}

/** A question to the managers, each of whom reads how to reach the lead, and the answer of one of them. */
async function asksTheManagers(rep) {
  await actAs(rep);
  await goTo("leads-dach");
  await doesMore("Otto B.", /^Help/);
  await chooses("Who shall help you", "Choose whom to ask", /^The managers/);
  await fillsIn({ "What do you ask": "May I promise a robot before March?" });
  await sees(told("The managers are asked"), /about L-\d+ Otto B\. It stays yours.*they are asked again.*Take it back/);
  const question = await directMessage("May Okafor", "asks for help with");
  await sees(question, new RegExp(`${rep} asks for help with L-\\d+ Otto B\\..*Asks "May I promise a robot before March\\?".*otto@brinksilos.example.*It stays theirs`));
  await press("Answer", question);
  await sees(dialog(), /Your answer/);
  await page.screenshot({ path: `${pictures}/page-answer.png` });
  await press("Submit", dialog());
  await sees(dialog(), /This field is required/);
  await fillsIn({ "Your answer": "Yes, one." });
  await sees(told("Thank you"), new RegExp(`your answer goes to ${rep}`));
  await press("Answer", question);
  await page.screenshot({ path: `${pictures}/page-answered.png` });
  await sees(log().locator("article.ephemeral").last(), /Nobody waits for an answer any more/);
  await sees(await directMessage(rep, "answers about"), /May Okafor answers about.*"May I promise.*Answer "Yes, one\."/);
}

/** Reached, and nothing happens for longer than the stage lasts: its owner hears so among other things, and goes on from there. */
async function isOverdue(rep) {
  await goTo("leads-dach");
  await press("Reached", card("Otto B."));
  await sees(told("Logged for"), /Otto B\.: call, reached/);
  await goTo("Leadbell");
  const quiet = card("Otto B. is quiet");
  for (let day = 0; day < 12 && !(await quiet.count()); day += 1) await movesOn("+1 day");
  await sees(quiet, /Otto B\. is quiet: nothing happened for 7 days in Contacted/);
  await page.screenshot({ path: `${pictures}/page-overdue.png` });
  // Where more is told at the same moment it is one message, from which each can be looked at.
  const bundled = quiet.getByRole("button", { name: "Look at one of them", exact: true });
  if (await bundled.count()) {
    await bundled.click();
    await page.getByRole("option", { name: /Otto B\./ }).click();
    await sees(told("Otto B."), /Owner.*stage Contacted.*Log attempt.*Disqualify/);
    await press("More", told("Otto B.").locator(".components"));
    await chooses(/^(?=.*What about).*\?/s, "Choose what to do", /^Stage/);
  } else {
    await sees(quiet, /Plan the next step.*Follow up Stage Disqualify Release/);
    await press("Stage", quiet);
  }
  await chooses(/stands|stage/i, "Choose a stage", /^Qualified/);
  await sees(told("is in stage"), /Otto B\. is in stage Qualified now/);
  await page.screenshot({ path: `${pictures}/page-quiet.png` });
}

/** A report that comes by itself is ordered, listed and ended. */
async function ordersADigest() {
  await actAs("May Okafor");
  await goTo("leads-managers");
  await types("digest set", { report: "funnel", every: "Day" });
  await sees(told("From now on"), /funnel comes every day at 09:00.*The first one comes/);
  await types("digest list");
  const number = /(\d+)\s+the report funnel comes every day/.exec(await sees(told("ends one"), /\d+\s+the report funnel comes every day/))[1];
  await types("digest remove", { digest: number });
  await sees(log().locator("article.ephemeral").last(), /does not come any more/);
  await types("digest list");
  await sees(log().locator("article.ephemeral").last(), /No report comes by itself yet/);
}
