"""What a rehearsal knows of the playbooks that run on it: the server's action, the state that grants the wish, the person's part.

It is `flows.toml` beside the rehearsal's `site.toml`, and the oracle of the mutation matrix: what a page says is never asked.

    schema = 1

    [fields]                              # the values that a playbook may type or compare in a rehearsal
    account = "ada@example.org"

    [[flow]]
    playbook = "openai/training-opt-out"
    action = "training"                   # the one action of site.toml that this playbook's last press causes
    done = { training = "off" }           # the state in which the wish is granted
    already = { training = "off" }        # the state to begin with, for 'already as wished'; absent: no page shows it
    every_step = { generation = "menu" }  # the state in which no step is skipped
    command = ["opt-out", "openai"]       # the front door, for runs that are killed

    [[person]]                            # what the person does where dsr hands over; each act once per page, when it shows
    control = "#password"                 # CSS: the person is not dsr, and sees what stands there
    types = "secret"                      # without it, the control is pressed
"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct, structs

from dsr import resources
from dsr.errors import BadData, BadFile
from dsr.rehearsal.site import Scalar, Site, fits, read_site


class Act(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One act of the person: press the control, type into it, or (once in a run) go to an address when it shows. After the
    `last` one it is dsr's turn again, whatever shows."""

    control: str
    types: str = ""
    goes: str = ""
    last: bool = False


class Flow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One playbook on this rehearsal, for one `wish` where the playbook offers several.

    `control` is the control whose press causes `action`, if it is not that of the last step with effect; `also` are actions
    that the playbook may cause once each beside it; `harmless` those that the person or a refused banner causes; `lacks` keys
    of the state that change nothing on its way. `attended`: the person has a part even where nothing goes wrong.
    """

    playbook: str
    action: str
    done: dict[str, Scalar]
    control: str = ""
    wish: str = ""
    also: tuple[str, ...] = ()
    already: dict[str, Scalar] = {}
    start: dict[str, Scalar] = {}
    every_step: dict[str, Scalar] = {}
    harmless: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    attended: bool = False
    command: tuple[str, ...] = ()
    person: tuple[Act, ...] = ()
    fields: dict[str, str] = {}

    @property
    def name(self) -> str:
        """The playbook's id, with the wish where there is one."""
        return f"{self.playbook}({self.wish})" if self.wish else self.playbook


class Flows(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A `flows.toml`. Its `fields`, `harmless` and `person` hold for every flow."""

    schema: int
    flow: tuple[Flow, ...]
    fields: dict[str, str] = {}
    harmless: tuple[str, ...] = ()
    person: tuple[Act, ...] = ()


def read_flows(folder: Path, playbook: str) -> tuple[Flow, ...]:
    """The flows of a playbook on the rehearsal in that folder. Raises BadData where there is none, BadFile for a bad file."""
    file = folder / "flows.toml"
    if not file.is_file():
        raise BadData(f"'{playbook}' has no {file.name} beside its rehearsal", f"write {file}")
    flows = resources.toml(file, Flows)
    site = read_site(folder)
    if wrong := [problem for flow in flows.flow for problem in _problems(_whole(flows, flow), site)]:
        raise BadFile(file, "; ".join(wrong))
    found = tuple(_whole(flows, flow) for flow in flows.flow if flow.playbook == playbook)
    if not found:
        raise BadData(
            f"{file} says nothing of '{playbook}'", "add a [[flow]] with its action and the state that grants the wish"
        )
    return found


def _whole(flows: Flows, flow: Flow) -> Flow:
    """A flow with what holds for every one."""
    return structs.replace(
        flow,
        fields=flows.fields | flow.fields,
        harmless=flows.harmless + flow.harmless,
        person=flow.person + flows.person,
    )


def _problems(flow: Flow, site: Site) -> list[str]:
    start = site.first()
    actions = {action.name for action in site.action}
    wrong = [
        f"{flow.name}: '{one}' is no action" for one in (flow.action, *flow.also, *flow.harmless) if one not in actions
    ]
    for name in ("done", "already", "start", "every_step"):
        for key, value in getattr(flow, name).items():
            if key not in start or not fits(value, start[key]):
                wrong.append(f"{flow.name}: {name}.{key} does not fit [start] of site.toml")
    if not flow.done or all(start.get(key) == value for key, value in flow.done.items()):
        wrong.append(f"{flow.name}: done holds from the start, so nothing could be told by it")
    return wrong
