"""Reads every playbook that is shipped as an editor does, by the JSON Schema, and sees that the schema refuses what is wrong."""

import json
import pathlib
import tomllib

from jsonschema import Draft202012Validator

root = pathlib.Path(__file__).parent.parent
schema = json.loads((root / "deploy/playbook.schema.json").read_text())
Draft202012Validator.check_schema(schema)
judge = Draft202012Validator(schema)
passed = 0


def faults(text):
    return [f"{error.json_path}: {error.message}" for error in judge.iter_errors(tomllib.loads(text))]


shipped = {str(file.relative_to(root)): file.read_text() for file in (root / "deploy").rglob("playbook*.toml")}
shipped |= {str(file.relative_to(root)): file.read_text() for file in (root / "deploy/playbooks").glob("*.toml")}
shipped["the demo's"] = (root / "src/cli/demo/playbook.toml").read_text()
assert len(shipped) >= 6, shipped.keys()

bare = """
[company]
name = "Acme"
timezone = "UTC"
[[team]]
key = "a"
channel = "leads"
captain = "ann"
"""
ladder = "ladder = [{ step = \"open\", for = \"1h 30 min\" }, { step = \"assign\", to = \"person\", person = \"ann\" }]\n"
shipped["the least"] = bare
shipped["a usual template in other words"] = bare + "[[template]]\nkey = 'news'\ntext = 'Hello'\n"
shipped["a person at the end"] = bare + ladder
for name, text in shipped.items():
    found = faults(text)
    assert not found, f"{name}: {found}"
    passed += 1

# Each breaks in one place: where, and what is added to the least playbook.
broken = [
    ("$:", "[[teem]]\nkey = 'x'"),
    ("$.team[0]:", "chanel = 'x'"),
    ("$.team[0].ladder[0]:", "ladder = [{ step = 'open' }]"),
    ("$.team[0].ladder[0].step:", "ladder = [{ step = 'opens', for = '10m' }]"),
    ("$.team[0].ladder[0]:", "ladder = [{ step = 'open', for = '10m', whom = 'team' }]"),
    ("$.team[0].ladder[0]:", "ladder = [{ step = 'assign' }]"),
    ("$.team[0].ladder[0]:", "ladder = [{ step = 'assign', to = 'person' }]"),
    ("$.team[0].ladder[0]:", "ladder = [{ step = 'assign', to = 'captain', person = 'ann' }]"),
    ("$.team[0].ladder[0].times:", "ladder = [{ step = 'offer', for = '5m', times = 21 }]"),
    ("$.team[1]:", "[[team]]\nkey = 'b'"),
    ("$.team[1].key:", "[[team]]\nkey = 'B!'\nchannel = 'x'\ncaptain = 'ann'"),
    ("$.promises.first_touch:", "[promises]\nfirst_touch = '2d'"),
    ("$.promises.first_touch:", "[promises]\nfirst_touch = 15"),
    ("$.promises.cooling_off:", "[promises]\ncooling_off = '1 hour'"),
    ("$.promises.warn_at:", "[promises]\nwarn_at = 0"),
    ("$.score[0]:", "[[score]]\nwhen = 'true'\npoints = 1"),
    ("$.score[0].points:", "[[score]]\nwhen = 'true'\npoints = '20'\nwhy = 'x'"),
    ("$.route[0]:", "[[route]]\nname = 'x'"),
    ("$.route[0].require:", "[[route]]\nname = 'x'\nteam = 'a'\nrequire = 'german'"),
    ("$.group[0].domains:", "[[group]]\nname = 'x'\ndomains = ['acme.com']"),
    ("$.stage[0]:", "[[stage]]\nkey = 'open'\nkind = 'open'"),
    ("$.stage[0]:", "[[stage]]\nkey = 'trial'"),
    ("$.reason[0]:", "[[reason]]\nkey = 'x'\nasks = 'text'\nusual = '3d'"),
    ("$.reason[0]:", "[[reason]]\nkey = 'x'\nbecomes = 'kept'\nexit = 'merged'"),
    ("$.field[0].key:", "[[field]]\nkey = 'with-dash'"),
    ("$.template[0]:", "[[template]]\nkey = 'hello'"),
    ("$.template[0]:", "[[template]]\nkey = 'news'\nchannel = 'text'\nsubject = 'x'"),
    ("$.template[0].channel:", "[[template]]\nkey = 'news'\nchannel = 'mail'"),
    ("$.segment[0]:", "[[segment]]\nkey = 'mine'"),
    ("$.segment[0]:", "[[segment]]\nkey = 'mine'\nwhen = 'true'\nif = 'x'"),
    ("$.card.contact:", "[card]\ncontact = 'never'"),
]
for place, text in broken:
    found = faults(bare + text)
    assert found and all(fault.startswith(place) for fault in found), f"{text!r} at {place} finds {found}"
    passed += 1
print(f"{passed} passed, 0 failed")
