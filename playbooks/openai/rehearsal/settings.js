// dsr's rehearsal, not OpenAI's code: the settings dialog with its tabs.
import { ask, dialog, freshId, h, post, say } from "/rehearsal/layers.js";

const TABS = ["general", "personalization", "apps", "dataControls", "storage", "security", "notifications", "account"];
const SEEN_HOOKS = { dataControls: "data-controls-tab", personalization: "personalization-tab" };

let page; // {state, t, awake, redraw}, given by app.js
let trainingButton = null;

export function useSettings(given) {
  page = given;
}

const managed = () => page.state.plan === "Business" || page.state.plan === "Enterprise";
const word = (value) => (value === "on" ? page.t.on : page.t.off);

/** Open the settings on a tab. */
export function openSettings(first, closed) {
  const { t } = page;
  const panel = h("div", { role: "tabpanel", id: freshId(), class: "panel", tabindex: "0" });
  const list = h("div", { role: "tablist", "aria-orientation": "vertical", "aria-label": t.settings, class: "tabs" });
  const choose = (name) => {
    for (const tab of list.children) {
      const chosen = tab.dataset.name === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.dataset.state = chosen ? "active" : "inactive";
      if (chosen) panel.setAttribute("aria-labelledby", tab.id);
    }
    trainingButton = null;
    panel.replaceChildren(h("h3", {}, t[name]), ...(PANELS[name] ?? nothing)());
  };
  for (const name of TABS) {
    list.append(h("button", {
      type: "button", role: "tab", id: freshId(), "data-testid": SEEN_HOOKS[name], "data-name": name, "aria-controls": panel.id,
      onmousedown: (event) => event.button === 0 && choose(name), // like Radix: a click alone is not enough
      onkeydown: (event) => (event.key === "Enter" || event.key === " ") && choose(name),
    }, t[name]));
  }
  dialog(t.settings, "settings", () => [list, panel], { cross: t.close, closed });
  choose(first);
}

/** Show what the button of the training row says; before the page is awake it says Off, whatever is true. */
export function refreshTraining() {
  if (trainingButton) trainingButton.lastChild.textContent = word(page.awake ? page.state.training : "off");
}

const row = (label, ...control) => h("div", { class: "row" }, h("span", {}, label), ...control);
const button = (text, attributes = {}) => h("button", { type: "button", class: "plain", ...attributes }, text);
const nothing = () => [h("p", { class: "note" }, page.t.nothing)];

const PANELS = {
  dataControls() {
    const { t } = page;
    return [
      page.state.no_switch || managed() ? null : trainingRow(),
      row(t.sharedLinks, button(t.manage)),
      row(t.archivedChats, button(t.manage)),
      row(t.archiveChats, button(t.archiveAll, { onclick: () => clear("archive-chats", t.chatsArchived) })),
      row(t.deleteChats, button(t.deleteAll, { class: "plain danger", "aria-label": t.deleteAll, onclick: askDeleteChats })),
      managed() ? null : row(t.exportData, button(t.exportButton, { onclick: askExport })),
    ].filter(Boolean);
  },
  account() {
    const { state, t } = page;
    return [
      row(t.name, h("span", { class: "value" }, state.account_name)),
      row(t.email, h("span", { class: "value" }, state.account)),
      row(t.plan, h("span", { class: "value" }, state.plan)),
      row(t.deleteAccount, button(t.delete, { class: "plain danger", onclick: askDeleteAccount })),
    ];
  },
};

function trainingRow() {
  trainingButton = h("button", {
    type: "button", class: "whole", "data-testid": "improve-model-open-modal-button", onclick: openTraining,
  }, h("span", {}, page.t.training), " ", h("span", { class: "value" }));
  refreshTraining();
  return h("div", { class: "row" }, trainingButton);
}

function openTraining() {
  const { state, t } = page;
  dialog(t.improve, "middle", () => [
    ...switchRow("training", t.training, state.switch_ms, { "data-testid": "improve-model-toggle" }),
    h("p", { class: "note" }, t.improveText),
    ...switchRow("audio", t.audio, 0),
    ...switchRow("video", t.video, 0),
  ], { cross: t.close });
}

/** A switch that shows the change at once and asks the site afterwards. */
function switchRow(name, text, late, attributes = {}) {
  const label = freshId();
  let ready = !late;
  const node = h("button", {
    type: "button", role: "switch", id: freshId(), class: "switch", "aria-labelledby": label, ...attributes, onclick: flip,
  }, h("span", { class: "knob" }));
  const show = () => {
    const on = ready && page.state[name] === "on";
    node.setAttribute("aria-checked", String(on));
    node.dataset.state = on ? "checked" : "unchecked";
    refreshTraining();
  };
  async function flip() {
    if (!ready) return;
    const before = page.state[name];
    const wanted = before === "on" ? "off" : "on";
    page.state[name] = wanted;
    show();
    if ((await post(name, wanted)) === 200 || !page.state.honest) return;
    page.state[name] = before;
    show();
    say("alert", page.t.failed);
  }
  if (late) setTimeout(() => { ready = true; show(); }, late);
  show();
  return [h("div", { class: "row" }, h("span", { id: label }, text), node)];
}

function askExport() {
  const { t } = page;
  ask(t.exportData, t.exportText, t.cancel, t.exportConfirm, { class: "primary" }, async (close) => {
    const status = await post("export");
    close();
    if (status === 200) say("status", t.exportDone);
    else say("alert", status === 409 ? t.exportPending : t.failed);
  });
}

function askDeleteChats() {
  const { t } = page;
  const attributes = { class: "primary danger", "data-testid": "confirm-delete-all-chats-button" };
  ask(t.deleteChats, t.deleteChatsText, t.cancel, t.deleteConfirm, attributes, (close) => {
    close();
    return clear("delete-chats", t.chatsDeleted);
  });
}

async function clear(action, done) {
  const status = await post(action);
  if (status === 200) await page.redraw();
  say(status === 200 ? "status" : "alert", status === 200 ? done : page.t.failed);
}

function askDeleteAccount() {
  const { t } = page;
  dialog(t.deleteAccount, "small", (close) => {
    const email = freshId();
    const typed = freshId();
    return [
      h("p", {}, t.deleteAccountText),
      h("label", { for: email }, t.email), h("input", { id: email, name: "email", type: "email", autocomplete: "off" }),
      h("label", { for: typed }, t.deleteWord), h("input", { id: typed, name: "delete", autocomplete: "off" }),
      h("footer", {},
        h("button", { type: "button", class: "plain", onclick: close }, t.cancel),
        // It never unlocks in this rehearsal; if a press ever got through, the server would count it.
        h("button", { type: "button", class: "primary danger", disabled: true, onclick: () => post("delete-account") }, t.locked)),
    ];
  });
}
