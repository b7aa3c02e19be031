// What every mutation begins with. `plan` is put before it: {origins, controls, target, with, look}. `target` is the key of
// the control that the playbook presses for effect; a control is {role, names: [{text, prefix}], testid, within}.
// `ours`: whether this document is one of the playbook's; a mutation runs nowhere else.
const ours = plan.origins.includes(location.origin);

const NATIVE = {
  button: "button, input[type=submit], input[type=button]", link: "a[href]", checkbox: "input[type=checkbox]:not([role])",
  radio: "input[type=radio]", dialog: "dialog", status: "output", combobox: "select", listbox: "select", option: "option",
  textbox: "input:not([type]), input[type=text], input[type=email], input[type=tel], textarea", heading: "h1, h2, h3, h4",
};
const tidy = (text) => (text ?? "").replace(/\s+/g, " ").trim();
const words = (node) => tidy(node?.textContent);

/** Roughly the accessible name. */
function nameOf(node) {
  const root = node.getRootNode();
  const ids = (node.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean);
  return tidy(ids.map((id) => words(root.getElementById?.(id))).join(" ")) || tidy(node.getAttribute("aria-label"))
    || tidy([...(node.labels ?? [])].map(words).join(" ")) || words(node) || tidy(node.value) || tidy(node.title);
}

function* roots(root = document) {
  yield root;
  for (const node of root.querySelectorAll("*")) if (node.shadowRoot) yield* roots(node.shadowRoot);
}

const shown = (node) => node.isConnected && node.getClientRects().length > 0 && !node.closest("[inert]");
const bears = (control, text) => control.names.some((name) => (name.prefix ? text.startsWith(name.text) : text === name.text));

/** Every shown control of that key, by role and name; where there is none, by test id. */
function all(key) {
  const control = plan.controls[key];
  const selector = control.role.map((role) => `[role=${role}]${NATIVE[role] ? `, ${NATIVE[role]}` : ""}`).join(", ");
  const region = control.within ? all(control.within)[0] : null;
  if (control.within && !region) return [];
  const inside = (node) => shown(node) && (!region || (region !== node && region.contains(node)));
  const within = [...roots()];
  const named = within.flatMap((root) => [...root.querySelectorAll(selector)]).filter(inside)
    .filter((node) => control.any_name || bears(control, control.by === "text" ? words(node) : nameOf(node)));
  if (named.length && !control.any_name) return named;
  const marks = control.testid.map((id) => `[data-testid="${id}"]`).join(", ");
  return marks ? within.flatMap((root) => [...root.querySelectorAll(marks)]).filter(inside) : named;
}

const find = (key = plan.target) => all(key)[0] ?? null;
const tell = (what, detail = "") => window.__dsrMatrix(what, String(detail));
const picture = () => document.documentElement?.outerHTML ?? "";
const regionOf = (node) => node.closest("[role=dialog], [role=alertdialog], dialog, [role=tabpanel], form, main") ?? document.body;

/** Change the page, and tell the matrix only if something about it is different afterwards. */
function change(node, act) {
  const before = picture();
  const made = act(node);
  if (picture() !== before || !node.isConnected || find() !== node) tell("changed");
  return made ?? node;
}

/** Act on each node that is the control of that key, once, as soon as it is shown. */
function whenShown(key, act) {
  const seen = new WeakSet();
  const look = () => {
    const node = find(key);
    if (!node || seen.has(node)) return;
    seen.add(node);
    seen.add(change(node, act));
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
  look();
}

/** Act at a moment: when the target is `shown`, or when the first event of that kind reaches it, before the page hears of it. */
function at(moment, act) {
  if (moment === "shown") return whenShown(plan.target, act);
  let done = false;
  addEventListener(moment, (event) => {
    const node = find();
    if (done || !node || !event.composedPath().includes(node)) return;
    done = true;
    change(node, act);
  }, { capture: true });
}

/** Give a control another accessible name, whatever it had its name from. */
function rename(node, text) {
  node.removeAttribute("aria-labelledby");
  node.setAttribute("aria-label", text);
  if (node.localName === "button" && node.getAttribute("role") !== "switch") node.textContent = text;
}

/** What a control that must not be pressed does: the server counts it. */
const wrong = () => fetch("/dsr-matrix/wrong-press", { method: "POST", body: "{}", keepalive: true });

/** A copy of the control that nobody ought to press. */
function trap(node, name = "") {
  const copy = node.cloneNode(true);
  copy.removeAttribute("id");
  if (node.hasAttribute("aria-labelledby")) rename(copy, nameOf(node));
  if (name) rename(copy, name);
  for (const kind of ["click", "input", "change"]) copy.addEventListener(kind, wrong);
  return copy;
}
