"""One press on one page: what is pressed is what was read, at the very moment of the press; a state is read as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import date
from typing import Any

import pytest
from msgspec import structs

from dsr.browser import look, press
from dsr.browser.find import browser
from dsr.browser.look import View
from dsr.browser.outcome import Doubt, Report, Timing
from dsr.browser.runner import Run
from dsr.browser.stage import staged
from dsr.browser.watch import Watch
from dsr.errors import Drifted
from dsr.model import Outcome
from dsr.playbook.schema import Control, Download, Effect, Goto, Name, Playbook, See, Service, Submit, Terms, Verify

pytestmark = pytest.mark.browser
EXPORT = Control(role=("button",), names=(Name(locale="en", text="Export data"),))
SWITCH = Control(role=("switch", "checkbox"), names=(Name(locale="en", text="Train", on="in", off="out"),))
BOOK = Playbook(
    schema=1,
    id="acme/x",
    effect=Effect.SUBMIT,
    origins=("https://acme.test",),
    step=(),
    verify=Verify(by="none"),
    control={"export": EXPORT, "switch": SWITCH},
)
SERVICE = Service(
    schema=1,
    controller="acme",
    name="Acme",
    sign_in="https://acme.test/login",
    terms=Terms(automation="allowed", clause="it is our own", source="ourselves", date=date(2026, 1, 1)),
)
# What a press reached is told by the page: the word that the button bore then.
BUTTON = """<style>.no::before { content: "Do not " }</style>%s
<script>
  const host = document.querySelector("x-button");
  if (host) host.attachShadow({ mode: "open" }).innerHTML = "<button><slot></slot></button>";
  const button = host ? host.shadowRoot.querySelector("button") : document.querySelector("button");
  window.pressed = [];
  let turned = false;
  const turn = () => { if (!turned) { turned = true; %s } };
  for (const kind of ["%s"]) button.addEventListener(kind, turn, true);
  button.addEventListener("click", () => window.pressed.push(turned ? "Delete account" : "Export data"));
</script>"""
HOWS = {
    "a slot": ("<x-button>Export data</x-button>", 'host.textContent = "Delete account"'),
    "a hidden word": (
        "<button><i>Export data</i><b hidden>Delete account</b></button>",
        "for (const one of button.children) one.hidden = !one.hidden",
    ),
    "a style sheet": ("<button>Export data</button>", 'button.className = "no"'),
    "a label's label": (
        '<i id="i" aria-label="Export data"></i><button aria-labelledby="i">x</button>',
        'document.querySelector("i").setAttribute("aria-label", "Delete account")',
    ),
    "a region": (
        '<section aria-label="Export"><button>Export data</button></section>',
        'document.querySelector("section").setAttribute("aria-label", "Delete")',
    ),
    "a question": (
        "<fieldset><legend>A copy?</legend><button>Export data</button></fieldset>",
        'document.querySelector("legend").textContent = "Gone for good?"',
    ),
}


class Journal:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def intent(self, *_: object) -> None:
        self.told.append("intent")

    def committed(self, *_: object) -> None:
        self.told.append("committed")

    def averted(self, *_: object) -> None:
        self.told.append("averted")

    def last(self) -> tuple[str]:
        return (self.told[-1] if self.told else "",)


On = Callable[[str, Callable[[View, Watch], Awaitable[Any]]], Any]


@pytest.fixture(scope="module")
def on() -> Iterator[On]:
    """Do something with a page that holds a text, in a context of its own of one browser."""
    with asyncio.Runner() as runner:
        opening = staged(browser(), ())
        stage = runner.run(opening.__aenter__())

        async def with_page(html: str, do: Callable[[View, Watch], Awaitable[Any]]) -> Any:
            async with stage.scene("", lambda *_: None, lambda: None) as scene:  # type: ignore[arg-type,return-value]
                await scene.page.set_content(html)
                return await do(View(scene.page, BOOK), Watch(scene.page, BOOK))

        yield lambda html, do: runner.run(with_page(html, do))
        runner.run(opening.__aexit__(None, None, None))


async def pressed(view: View, watch: Watch, key: str = "export") -> tuple[str, list[str], list[str]]:
    """How a press ended, what it reached, and what the journal was told."""
    journal = Journal()
    try:
        end = await press.once(view, key, 0, watch, journal, limit=2.0)  # type: ignore[arg-type]
    except (Drifted, Doubt) as problem:
        end = type(problem).__name__
    return end, await view.page.evaluate("() => window.pressed"), journal.told


@pytest.mark.parametrize("how", HOWS)
def test_a_button_that_is_at_rest(on: On, how: str) -> None:
    """Whatever its name is made of, a button that stays as it is gets one press."""
    end, reached, told = on(BUTTON % (HOWS[how][0], "", "none"), pressed)
    assert (end, reached, told) == ("Export data", ["Export data"], ["intent", "committed"])


@pytest.mark.parametrize("at", ["pointermove", "pointerdown"])
@pytest.mark.parametrize("how", HOWS)
def test_a_button_that_means_something_else_by_then(on: On, how: str, at: str) -> None:
    """A name, or the name of what the button lies in, that changes by what is shown and not by what is written: never pressed."""
    end, reached, _ = on(BUTTON % (*HOWS[how], at), pressed)
    assert (end in ("Drifted", "Covered", "Doubt"), reached) == (True, [])


@pytest.mark.parametrize(
    ("attributes", "state"),
    [
        ("checked", "in"), ("", "out"), ('checked aria-checked="true"', "in"),
        ('checked aria-checked="false"', None), ('aria-checked="true"', None), ('class="mixed"', None),
    ],
)  # fmt: skip
def test_the_state_of_a_native_box(on: On, attributes: str, state: str | None) -> None:
    """A box's own state is what counts; one that is neither, or that an attribute contradicts, shows neither on nor off."""

    async def read(view: View, _: Watch) -> str | None:
        found = await view.find("switch")
        assert found is not None
        try:
            return await look.state(found)
        except Drifted:
            return None

    mixed = '<script>for (const one of document.querySelectorAll(".mixed")) one.indeterminate = true</script>'
    assert on(f'<label><input type="checkbox" {attributes}> Train</label>{mixed}', read) == state


@pytest.mark.parametrize(
    "text",
    ["Tr&shy;ain", "Tr&#8203;ain", "<b hidden>Do not </b>Train", '<b aria-hidden="true">*</b> Train'],
)
def test_a_name_is_what_is_shown(on: On, text: str) -> None:
    """Marks that nobody sees and words that are hidden are no part of a name, also where its meaning is looked up."""

    async def named(view: View, _: Watch) -> str:
        found = await view.find("switch")
        assert found is not None
        return await look.state(found)

    assert on(f'<button role="switch" aria-checked="true">{text}</button>', named) == "in"


SENT = '<p role="status">We have your request{}</p>'
ASK = '<form method="post" action="/ask"><button>Export data</button></form>'
BY_SCRIPT = """<button>Export data</button><script>
  document.querySelector("button").onclick = async () => {
    await fetch("/ask", { method: "POST" });
    document.body.insertAdjacentHTML("beforeend", '<p role="status">We have your request</p>');
  };
</script>"""
ASKING = structs.replace(
    BOOK,
    step=(Goto(url="https://acme.test/"), Submit(control="export", accepted="sent", reference="sent")),
    control=BOOK.control
    | {
        "sent": Control(
            role=("status",), by="text", names=(Name(locale="en", text="We have your request", prefix=True),)
        )
    },
)


@pytest.mark.parametrize(
    ("page", "answer", "outcome", "reference", "posts"),
    [
        (ASK, SENT.format(", number AB-1234."), Outcome.ACCEPTED, "AB-1234", 1),
        (ASK, "<p>Thank you.</p>", Outcome.UNKNOWN, "", 1),
        (SENT.format(" of last year") + BY_SCRIPT, "", Outcome.ACCEPTED, "", 1),
        (SENT.format("") + "<button>Export data</button>", "", Outcome.UNKNOWN, "", 0),
    ],
    ids=["another page says so", "another page says nothing", "a new word beside an old one", "an old word"],
)
def test_the_word_of_the_site(on: On, page: str, answer: str, outcome: str, reference: str, posts: int) -> None:
    """What the site says after the press counts, on that page or the next; what it had said before is no answer."""
    sent: list[str] = []

    async def serve(route: Any) -> None:
        sent.extend([route.request.url] * (route.request.method == "POST"))
        body = answer if route.request.method == "POST" else page
        await route.fulfill(body=f"<!doctype html><title>Acme</title>{body}", content_type="text/html")

    async def run(view: View, _: Watch) -> Report:
        await view.page.route("https://acme.test/**", serve)
        timing = Timing(step=2.0, answer=0.8, quiet=1.0, press=2.0)
        return await Run(view.page, ASKING, SERVICE, Journal(), timing=timing, keep_evidence=False).perform()  # type: ignore[arg-type]

    report = on("", run)
    assert (report.outcome, report.reference, len(sent)) == (outcome, reference, posts), report.note


DRAWN = """<style>
  input { position: absolute; opacity: 0 }
  i, a { position: relative; z-index: 1; display: inline-block; width: 3em; background: teal }
</style>
<label><input type="checkbox" checked>%s Train</label>
<script>
  window.pressed = [];
  const [label, box, link] = ["label", "input", "a"].map((one) => document.querySelector(one));
  box.addEventListener("change", () => window.pressed.push("box"));
  link?.addEventListener("click", () => window.pressed.push("link"));
  %s
</script>"""
ON = '<i aria-hidden="true">on</i>'
CASES = {
    "a drawn box": (ON, "", ("Train",), ["box"]),
    "another name by then": (ON, 'label.onpointerdown = () => label.append(" others")', ("Doubt",), []),
    "a press that is swallowed": (ON, "label.onclick = (event) => event.preventDefault()", ("Doubt",), []),
    "a link over it": ('<a href="#x" aria-hidden="true">terms</a>', "", ("Covered", "Drifted"), []),
}


@pytest.mark.parametrize("case", CASES)
def test_a_box_that_a_style_sheet_draws(on: On, case: str) -> None:
    """A box under its own label is pressed by what lies over it, once and under the same guard; a link there is not pressed."""
    inside, script, ends, reached = CASES[case]

    async def turned(view: View, watch: Watch) -> tuple[str, list[str], list[str]]:
        return await pressed(view, watch, "switch")

    end, what, _ = on(DRAWN % (inside, script), turned)
    assert (end in ends, what) == (True, reached), end


LAZY = """<p style="height: 3000px">A long page</p><div></div><script>
  const place = document.querySelector("div");
  new IntersectionObserver((seen) => {
    if (seen[0].isIntersecting && !place.firstChild) place.innerHTML = "<button>Export data</button>";
  }).observe(place);
</script>"""
LOOK = structs.replace(BOOK, effect=Effect.READ, step=(Goto(url="https://acme.test/"), See(control="export")))
FILE = structs.replace(
    LOOK,
    step=(Goto(url="https://acme.test/"), Download(control="file")),
    control={"file": Control(role=("link",), names=(Name(locale="en", text="Your file"),))},
)


@pytest.mark.parametrize(
    ("book", "answer", "outcome", "said"),
    [
        (LOOK, {"body": LAZY}, Outcome.VERIFIED, ""),
        (LOOK, {"status": 429, "headers": {"Retry-After": "Wed, 25 Nov 2026 07:28:00 GMT"}}, Outcome.BLOCKED, "07:28:00 GMT"),
        (LOOK, {"status": 503}, Outcome.BLOCKED, "status 503"),
        (FILE, {"body": '<a href="#none">Your file</a>'}, Outcome.DRIFTED, "gave no file"),
    ],
    ids=["drawn when scrolled to", "too many requests, in an empty answer", "down, in an empty answer", "no file comes"],
)  # fmt: skip
def test_what_a_page_may_be_like(on: On, book: Playbook, answer: dict[str, Any], outcome: str, said: str) -> None:
    """A control far down is found; what the site says by its status is told; a link without a file is told as one."""

    async def run(view: View, _: Watch) -> Report:
        await view.page.route("https://acme.test/**", lambda route: route.fulfill(content_type="text/html", **answer))
        timing = Timing(step=0.5, load=2.0, quiet=1.0, press=2.0)
        return await Run(view.page, book, SERVICE, Journal(), timing=timing, keep_evidence=False).perform()  # type: ignore[arg-type]

    report = on("", run)
    assert (report.outcome, said in report.note) == (outcome, True), report.note
