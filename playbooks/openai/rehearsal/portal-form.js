// dsr's rehearsal, not OpenAI's code: the portal after the link: the form of a request, and what became of it.
// Evidenced: "Submit Request", and that the removal request wants prompts or links. The fields and sentences are ours.
import { effect, section } from "/rehearsal/hindrances.js";
import { filled, freshId, h, post, say } from "/rehearsal/layers.js";
import { page } from "/rehearsal/page.js";

/** The types of request, as the server calls them, and their labels. */
export const REQUESTS = {
  "do-not-train": "doNotTrain", download: "downloadData", "delete-account": "deleteMyAccount", "delete-gpts": "deleteGpts",
  removal: "removal",
};

/** Draw the form of a request. */
export function drawForm(main, request) {
  const { state, t } = page;
  const field = request === "removal" ? h("textarea", { id: freshId(), name: "evidence", rows: "4" }) : null;
  const submit = effect(h("button", { type: "button", class: "primary submit" }, t.submitRequest), () => send(main, request, field));
  main.replaceChildren(
    h("h1", {}, t[REQUESTS[request]]),
    h("p", { class: "note" }, `${t.signedInAs} ${state.portal_email}`),
    ...section(t.yourRequest,
      field && h("label", { for: field.id }, t.evidence), field,
      h("p", {}, t.statement),
      h("footer", {}, submit)).filter(Boolean));
}

/** What was asked for before. */
export function requestList() {
  const { state, t } = page;
  return [
    h("h1", {}, t.yourRequests),
    h("ul", {}, h("li", {}, `${t[REQUESTS[state.portal_submitted]]}: ${state.reference}`)),
  ];
}

async function send(main, request, field) {
  const { state, t } = page;
  const evidence = field ? field.value.trim() : "";
  if (field && !evidence) return say("alert", t.evidenceNeeded);
  if ((await post("portal-submit", { request, evidence })) !== 200) return say("alert", t.failed);
  main.replaceChildren(
    h("h1", {}, t[REQUESTS[request]]),
    h("p", { role: "status" }, filled(t.submitted, { reference: state.reference })));
}
