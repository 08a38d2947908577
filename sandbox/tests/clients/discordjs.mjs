// Drives the stand-in with unmodified discord.js: log in, register a command, post buttons, click, modal, submit, update.
//
//   node discordjs.mjs BASE_URL TOKEN        exits 0 only if all of it happened
//
// Needs Node 20 or newer and discord.js 14 where Node finds it:
//   npm install discord.js@14                (in this directory, or in any directory above it; or set NODE_MODULES to one)
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(process.env.NODE_MODULES ? path.join(process.env.NODE_MODULES, "x.js") : import.meta.url);
const {
  ActionRowBuilder, ButtonBuilder, ButtonStyle, Client, Events, GatewayIntentBits, MessageFlags, ModalBuilder,
  SlashCommandBuilder, TextInputBuilder, TextInputStyle,
} = require("discord.js");

const [base, token] = process.argv.slice(2);
assert(base && token, "usage: node discordjs.mjs BASE_URL TOKEN");
const giveUp = setTimeout(() => fail(new Error("it took too long")), 30_000);

function fail(error) {
  console.error("FAILED:", error);
  process.exit(1);
}
process.on("unhandledRejection", fail);

async function act(body) {
  const answer = await fetch(`${base}/sandbox/act`, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  });
  const outcome = await answer.json();
  assert(outcome.ok, `${body.do} failed: ${JSON.stringify(outcome)}`);
  return outcome;
}

const client = new Client({
  rest: { api: `${base}/api` },
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent],
});

client.on(Events.InteractionCreate, async (interaction) => {
  if (interaction.isChatInputCommand()) {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await interaction.editReply(`echo ${interaction.options.getString("text")}`);
    await interaction.followUp({ content: "and more", flags: MessageFlags.Ephemeral });
  } else if (interaction.isAutocomplete()) {
    await interaction.respond([{ name: "First", value: `${interaction.options.getFocused()}-1` }]);
  } else if (interaction.isButton()) {
    const input = new TextInputBuilder().setCustomId("reason").setLabel("Reason").setStyle(TextInputStyle.Short);
    const modal = new ModalBuilder().setCustomId("why").setTitle("Why?");
    await interaction.showModal(modal.addComponents(new ActionRowBuilder().addComponents(input)));
  } else if (interaction.isModalSubmit()) {
    await interaction.update({ content: `because ${interaction.fields.getTextInputValue("reason")}`, components: [] });
  }
});

const heard = new Promise((resolve) => {
  client.on(Events.MessageCreate, (message) => !message.author.bot && resolve(message.content));
});

client.once(Events.ClientReady, async () => {
  const guild = client.guilds.cache.first();
  const command = new SlashCommandBuilder().setName("echo").setDescription("Says it again")
    .addStringOption((o) => o.setName("text").setDescription("What").setRequired(true).setAutocomplete(true));
  const registered = await guild.commands.set([command]);

  const channel = guild.channels.cache.find((c) => c.name === "general");
  const button = new ButtonBuilder().setCustomId("go").setLabel("Go").setStyle(ButtonStyle.Primary);
  const posted = await channel.send({ content: "Ready?", components: [new ActionRowBuilder().addComponents(button)] });

  const state = await (await fetch(`${base}/sandbox/state`)).json();
  const me = state.people[0].user.id;
  assert(state.connected, "the page sees the bot");

  const opened = await act({ as: me, do: "click", channel: channel.id, message: posted.id, custom_id: "go" });
  assert.equal(opened.answer.kind, "modal");
  const fields = { reason: "I can" };
  const done = await act({ as: me, do: "submit", interaction: opened.interaction, custom_id: "why", fields });
  assert.equal(done.answer.kind, "update");
  assert.equal((await channel.messages.fetch({ message: posted.id, force: true })).content, "because I can");

  const use = { as: me, channel: channel.id, command: registered.first().id };
  const typed = await act({ ...use, do: "autocomplete", options: [{ name: "text", type: 3, value: "h", focused: true }] });
  assert.deepEqual(typed.answer.choices, [{ name: "First", value: "h-1" }]);
  const used = await act({ ...use, do: "command", options: [{ name: "text", type: 3, value: "hello" }] });
  assert.equal(used.answer.kind, "deferred");

  await act({ as: me, do: "message", channel: channel.id, content: "good morning" });
  assert.equal(await heard, "good morning");
  await posted.react("👍");
  const thread = await posted.startThread({ name: "aside" });
  await thread.send({ content: "in here", files: [{ attachment: Buffer.from("1,2"), name: "a.csv" }] });
  await (await client.users.fetch(me)).send("a word in private");

  const url = `${base}/sandbox/messages?as=${me}&channel=${channel.id}`;
  for (let turn = 0; ; turn += 1) {
    const contents = (await (await fetch(url)).json()).map((m) => m.content);
    if (contents.includes("echo hello") && contents.includes("and more")) break;
    assert(turn < 50, `the answers to the command are missing: ${contents}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  clearTimeout(giveUp);
  await client.destroy();
  console.log("discord.js: all of it happened");
});

client.login(token).catch(fail);
