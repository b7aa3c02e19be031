// dsr's rehearsal of a foreign site: the controls that the query `look` asks for, as JSON [{role, name, testid}], and a
// report of every press and every key. Nothing typed leaves the page: only that something was typed is counted.
const NATIVE = { textbox: "input", searchbox: "input", combobox: "select" };

function draw({ role, name, testid }) {
  const node = document.createElement(NATIVE[role] ?? "div");
  if (!NATIVE[role]) {
    node.setAttribute("role", role);
    node.tabIndex = 0;
    node.textContent = name;
  }
  if (["switch", "checkbox", "radio"].includes(role)) node.setAttribute("aria-checked", "true");
  node.setAttribute("aria-label", name);
  if (testid) node.dataset.testid = testid;
  node.style.cssText = "display: block; min-width: 20em; min-height: 2em; margin: 4px; border: 1px solid";
  return node;
}

function tell(what) {
  fetch(`/${what}`, { method: "POST", body: "{}", keepalive: true });
}

const look = JSON.parse(new URLSearchParams(location.search).get("look") ?? "[]");
const region = look.find((one) => ["dialog", "alertdialog"].includes(one.role));
const place = region ? document.body.appendChild(draw({ ...region, name: "" })) : document.body;
if (region) place.setAttribute("aria-label", region.name);
place.append(...look.filter((one) => one !== region).map(draw));

// Only trusted ones: a person played by the matrix presses by events of the page, and may do so here.
for (const kind of ["pointerdown", "mousedown", "click", "keydown"]) {
  addEventListener(kind, (event) => event.isTrusted && tell("stolen-press"), { capture: true });
}
for (const kind of ["input", "change"]) addEventListener(kind, () => tell("stolen-fill"), { capture: true });
