// dsr's rehearsal, not OpenAI's code: the tab "Data controls" and the dialogs that it opens.
import { button, opener, row, switchRow } from "/rehearsal/controls.js";
import { effect, lockNote, section } from "/rehearsal/hindrances.js";
import { ask, dialog, h, post, say } from "/rehearsal/layers.js";
import { page, refresh } from "/rehearsal/page.js";

let trainingButton = null;

/** The rows of the tab. */
export function dataControls() {
  const { state, t } = page;
  const managed = state.plan === "Business" || state.plan === "Enterprise";
  return [...lockNote(), ...section(t.dataControls,
    state.no_switch || managed ? null : trainingRow(),
    row(t.sharedLinks, button(t.manage)),
    row(t.archivedChats, button(t.manage)),
    row(t.archiveChats, effect(button(t.archiveAll), () => clearChats("archive-chats", t.chatsArchived))),
    row(t.deleteChats, opener(t.deleteAll, askDeleteChats, { class: "plain danger", "aria-label": t.deleteAll })),
    managed ? null : row(t.exportData, opener(t.exportButton, askExport)),
  )].filter(Boolean);
}

/** Show what the button of the training row says; before the page is awake it says Off, whatever is true. */
export function refreshTraining() {
  const { awake, state, t } = page;
  if (trainingButton) trainingButton.lastChild.textContent = awake && state.training === "on" ? t.on : t.off;
}

function trainingRow() {
  trainingButton = h("button", {
    type: "button", class: "whole", "data-testid": "improve-model-open-modal-button", onclick: openTraining,
  }, h("span", {}, page.t.training), " ", h("span", { class: "value" }));
  refreshTraining();
  return h("div", { class: "row" }, trainingButton);
}

function openTraining() {
  const { state, t } = page;
  const hook = { "data-testid": "improve-model-toggle" };
  dialog(t.improve, "middle", () => [
    ...lockNote(),
    switchRow("training", t.training, { late: state.switch_ms, attributes: hook, changed: refreshTraining }),
    h("p", { class: "note" }, t.improveText),
    switchRow("audio", t.audio),
    switchRow("video", t.video),
  ], { cross: t.close });
}

function askExport() {
  const { t } = page;
  ask(t.exportData, t.exportText, t.cancel, t.exportConfirm, { class: "primary" }, async (close) => {
    const status = await post("export");
    close();
    if (status === 200) say("status", t.exportDone);
    else say("alert", status === 409 ? t.exportPending : t.failed);
  }, effect);
}

function askDeleteChats() {
  const { t } = page;
  const attributes = { class: "primary danger", "data-testid": "confirm-delete-all-chats-button" };
  ask(t.deleteChats, t.deleteChatsText, t.cancel, t.deleteConfirm, attributes, (close) => {
    close();
    return clearChats("delete-chats", t.chatsDeleted);
  }, effect);
}

async function clearChats(action, done) {
  const status = await post(action);
  if (status === 200) await refresh();
  say(status === 200 ? "status" : "alert", status === 200 ? done : page.t.failed);
}
