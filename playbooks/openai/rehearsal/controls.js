// dsr's rehearsal, not OpenAI's code: the rows of the settings and what stands in them.
import { effect, lock } from "/rehearsal/hindrances.js";
import { freshId, h, post, say } from "/rehearsal/layers.js";
import { page } from "/rehearsal/page.js";

export const row = (label, ...control) => h("div", { class: "row" }, h("span", {}, label), ...control);

export const button = (text, attributes = {}) => h("button", { type: "button", class: "plain", ...attributes }, text);

/** A button that opens a question about something with an effect; an administrator may have locked it. */
export function opener(text, act, attributes = {}) {
  return button(text, { ...attributes, ...lock(), onclick: () => page.state.disabled_by_admin || act() });
}

/** A switch that shows the change at once and asks the site afterwards. `late`: milliseconds until it tells the truth. */
export function switchRow(name, text, { late = 0, attributes = {}, changed = () => {} } = {}) {
  const label = freshId();
  let ready = !late;
  const node = h("button", {
    type: "button", role: "switch", id: freshId(), class: "switch", "aria-labelledby": label, ...attributes, ...lock(),
  }, h("span", { class: "knob" }));
  const show = (value) => {
    page.state[name] = value;
    const on = ready && value === "on";
    node.setAttribute("aria-checked", String(on));
    node.dataset.state = on ? "checked" : "unchecked";
    changed();
  };
  effect(node, async () => {
    if (!ready) return;
    const before = page.state[name];
    const wanted = before === "on" ? "off" : "on";
    show(wanted);
    if ((await post(name, { value: wanted })) === 200 || !page.state.honest) return;
    show(before);
    say("alert", page.t.failed);
  });
  if (late) setTimeout(() => { ready = true; show(page.state[name]); }, late);
  show(page.state[name]);
  return h("div", { class: "row" }, h("span", { id: label }, text), node);
}
