"""Drives the stand-in with unmodified discord.py: log in, register a command, post buttons, click, modal, submit, update.

    python3 discordpy.py BASE_URL TOKEN        exits 0 only if all of it happened

Needs Python 3.9 or newer and discord.py 2.x:  pip install discord.py
"""
import asyncio
import sys

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket

if len(sys.argv) != 3:
    sys.exit(__doc__)
BASE, TOKEN = sys.argv[1:]
discord.http.Route.BASE = f"{BASE}/api/v10"
DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(BASE.replace("http", "ws", 1) + "/gateway")


class Why(discord.ui.Modal, title="Why?"):
    reason = discord.ui.TextInput(label="Reason")

    async def on_submit(self, interaction):
        await interaction.response.edit_message(content=f"because {self.reason.value}", view=None)


class Buttons(discord.ui.View):
    @discord.ui.button(label="Go", custom_id="go", style=discord.ButtonStyle.primary)
    async def go(self, interaction, _button):
        await interaction.response.send_modal(Why(custom_id="why"))


intents = discord.Intents.default()
intents.message_content = True
intents.members = True
client = discord.Client(intents=intents)
tree = app_commands.CommandTree(client)
heard = asyncio.Queue()


@tree.command(name="echo", description="Says it again")
async def echo(interaction: discord.Interaction, text: str):
    await interaction.response.defer(ephemeral=True)
    await interaction.edit_original_response(content=f"echo {text}")
    await interaction.followup.send("and more", ephemeral=True)


@echo.autocomplete("text")
async def complete(_interaction: discord.Interaction, current: str):
    return [app_commands.Choice(name="First", value=f"{current}-1")]


@client.event
async def on_message(message):
    if not message.author.bot:
        heard.put_nowait(message.content)


async def drill(web):
    async def act(**body):
        body["as"] = body.pop("by")
        async with web.post(f"{BASE}/sandbox/act", json=body) as answer:
            outcome = await answer.json()
        assert outcome["ok"], (body, outcome)
        return outcome

    async def get(path, **query):
        async with web.get(f"{BASE}{path}", params=query) as answer:
            return await answer.json()

    guild = client.guilds[0]
    assert guild.member_count == len(guild.members), "all members were sent"
    tree.copy_global_to(guild=guild)
    registered = await tree.sync(guild=guild)
    channel = discord.utils.get(guild.text_channels, name="general")
    posted = await channel.send("Ready?", view=Buttons())
    state = await get("/sandbox/state")
    me = state["people"][0]["user"]["id"]
    assert state["connected"], "the page sees the bot"
    where = {"by": me, "channel": str(channel.id)}

    opened = await act(do="click", message=str(posted.id), custom_id="go", **where)
    assert opened["answer"]["kind"] == "modal", opened
    done = await act(by=me, do="submit", interaction=opened["interaction"], custom_id="why",
                     fields={opened["answer"]["modal"]["components"][0]["components"][0]["custom_id"]: "I can"})
    assert done["answer"]["kind"] == "update", done
    assert (await channel.fetch_message(posted.id)).content == "because I can"

    use = {"command": str(registered[0].id), **where}
    typed = await act(do="autocomplete", options=[{"name": "text", "type": 3, "value": "h", "focused": True}], **use)
    assert typed["answer"]["choices"] == [{"name": "First", "value": "h-1"}], typed
    used = await act(do="command", options=[{"name": "text", "type": 3, "value": "hello"}], **use)
    assert used["answer"]["kind"] == "deferred", used

    await act(do="message", content="good morning", **where)
    assert await heard.get() == "good morning"
    await posted.add_reaction("👍")
    thread = await posted.create_thread(name="aside")
    await thread.send("in here")
    await (await client.fetch_user(int(me))).send("a word in private")

    contents = []
    for _ in range(50):
        contents = [m["content"] for m in await get("/sandbox/messages", channel=str(channel.id), **{"as": me})]
        if "echo hello" in contents and "and more" in contents:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"the answers to the command are missing: {contents}")


ready = asyncio.Event()


@client.event
async def on_ready():
    ready.set()


async def main():
    async with aiohttp.ClientSession() as web, client:
        running = asyncio.create_task(client.start(TOKEN))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
        await drill(web)
        await client.close()
        await running


asyncio.run(asyncio.wait_for(main(), 30))
print("discord.py: all of it happened")
