// dsr's rehearsal, not OpenAI's code: the tab "Personalization".
// Evidenced: that the tab has memories with a button "Manage memories", and reference photos that can be added or deleted
// and are empty by default. The rest, the switch and its name among it, is recall or ours.
import { button, row, switchRow } from "/rehearsal/controls.js";
import { effect, lock, lockNote, section } from "/rehearsal/hindrances.js";
import { freshId, h, post, say } from "/rehearsal/layers.js";
import { page } from "/rehearsal/page.js";

const PHOTOS = { face: "facePhoto", body: "bodyPhoto" };

/** The rows of the tab. */
export function personalization() {
  const { t } = page;
  return [
    ...lockNote(),
    h("h4", {}, t.memory),
    ...section(t.memory, switchRow("memory", t.memorySwitch), row(t.memory, button(t.manage, { "aria-label": t.manageMemories }))),
    h("h4", {}, t.referencePhotos),
    ...section(t.referencePhotos, ...Object.keys(PHOTOS).map(photoRow)),
  ];
}

/** The row of one photo, a group of that name: two buttons are called "Delete" where both photos are there. */
function photoRow(kind) {
  const { state, t } = page;
  const label = freshId();
  const there = state.reference_photos === kind || state.reference_photos === "both";
  const control = there
    ? effect(button(t.delete, { class: "plain danger", ...lock() }), () => deletePhoto(kind, node))
    : button(t.add);
  const node = h("div", { class: "row", role: "group", "aria-labelledby": label }, h("span", { id: label }, t[PHOTOS[kind]]), control);
  return node;
}

async function deletePhoto(kind, node) {
  const { state, t } = page;
  const left = state.reference_photos === "both" ? Object.keys(PHOTOS).find((other) => other !== kind) : "none";
  if ((await post("delete-reference-photo", { left })) !== 200) {
    say("alert", t.failed);
    return;
  }
  state.reference_photos = left;
  node.replaceWith(photoRow(kind));
  say("status", t.photoDeleted);
}
