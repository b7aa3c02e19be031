// dsr's rehearsal, not OpenAI's code: building nodes, dialogs above the page, messages, and talking to the server.

/** A node with attributes (`on*` are listeners, false and null are left out) and children. */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** An id like those of Radix: another one at each load. */
export const freshId = () => `radix-_r_${Math.random().toString(36).slice(2, 7)}_`;

export async function readState() {
  return (await fetch("/rehearsal/state")).json();
}

/** Post an action and return the status; 0 where no answer came. */
export async function post(action, fields = {}) {
  try {
    const body = JSON.stringify(fields);
    return (await fetch(`/rehearsal/${action}`, { method: "POST", headers: { "Content-Type": "application/json" }, body })).status;
  } catch {
    return 0;
  }
}

/** Put values into the {braces} of a sentence. */
export const filled = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** Show a message; the live region stays readable while a dialog hides the rest of the page. */
export function say(role, text) {
  document.getElementById("messages").replaceChildren(h("div", { role, class: `message ${role}` }, text));
}

const layers = [];

/** Close everything that lies above the page. */
export function clear() {
  while (layers.length) layers.at(-1)();
}

/** Put a node above the page, hide everything else from assistive technology, and return what closes it. */
export function raise(node, { shade = true, closed = () => {} } = {}) {
  const opener = document.activeElement;
  const layer = h("div", { class: shade ? "layer shade" : "layer" }, node);
  const others = [...document.body.children].filter((other) => !other.matches("[aria-live], [aria-hidden=true], .cookies"));
  others.forEach((other) => other.setAttribute("aria-hidden", "true"));
  document.body.append(layer);
  const close = () => {
    if (!layer.isConnected) return;
    layers.splice(layers.indexOf(close), 1);
    layer.remove();
    others.forEach((other) => other.removeAttribute("aria-hidden"));
    if (opener?.isConnected) opener.focus();
    closed();
  };
  layer.addEventListener("pointerdown", (event) => {
    if (event.target === layer) close();
  });
  layers.push(close);
  node.focus();
  return close;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") layers.at(-1)?.();
});

/** A modal dialog as Radix draws it, with a heading and a cross. */
export function dialog(title, look, content, { cross = "", closed } = {}) {
  const heading = freshId();
  const node = h("div", {
    role: "dialog", id: freshId(), class: `dialog ${look}`, tabindex: "-1", "aria-labelledby": heading, "data-state": "open",
  });
  const close = () => node.dispatchEvent(new CustomEvent("rehearsal-close"));
  node.append(
    h("div", { class: "head" },
      h("h2", { id: heading }, title),
      cross && h("button", { type: "button", class: "cross", "data-testid": "close-button", "aria-label": cross, onclick: close }, "\u00d7")),
    ...content(close),
  );
  const lower = raise(node, { closed });
  node.addEventListener("rehearsal-close", lower);
  return node;
}

/** A small dialog that asks before something happens. `bind` gives the last button what it does. */
export function ask(title, text, no, yes, attributes, act, bind = press) {
  dialog(title, "small", (close) => [
    text && h("p", {}, text),
    h("footer", {},
      h("button", { type: "button", class: "plain", onclick: close }, no),
      bind(h("button", { type: "button", ...attributes }, yes), () => act(close))),
  ]);
}

function press(node, act) {
  node.addEventListener("click", act);
  return node;
}
