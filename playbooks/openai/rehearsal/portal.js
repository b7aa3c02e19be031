// dsr's rehearsal, not OpenAI's code: the privacy portal, from its start page to the mail with the link.
// Evidenced: the first button and where it stands, the account kind, the request types but one, e-mail or phone, a mail with
// "Log In", then a form with "Submit Request". Two orders are reported (`portal_order`). That it is a dialog, that the
// choices are buttons, "Continue" and every sentence are ours.
import { effect } from "/rehearsal/hindrances.js";
import { mayDraw } from "/rehearsal/gate.js";
import { dialog, filled, freshId, h, post, say } from "/rehearsal/layers.js";
import { page } from "/rehearsal/page.js";
import { drawForm, requestList, REQUESTS } from "/rehearsal/portal-form.js";

document.title = page.t.portal;
if (mayDraw()) draw();

function draw() {
  const { state, t } = page;
  const main = h("main", { class: "portal" });
  document.getElementById("app").replaceChildren(
    h("div", { class: "page" },
      h("header", { class: "top" }, h("strong", {}, t.portal),
        h("button", { type: "button", class: "primary start", onclick: () => start(main) }, t.makeRequest)),
      main));
  if (!state.portal_signed_in) main.append(h("h1", {}, t.portal), h("p", {}, t.portalText));
  else if (state.portal_submitted) main.append(...requestList());
  else if (state.portal_request in REQUESTS) drawForm(main, state.portal_request);
  else main.append(...types(Object.keys(REQUESTS), (request) => drawForm(main, request)));
}

/** Walk through the questions in one dialog. */
function start(main) {
  const { state, t } = page;
  const body = h("div", { class: "questions" });
  dialog(t.makeRequest, "middle", (close) => {
    const ready = (request) => {
      close();
      drawForm(main, request);
    };
    const whoIsIt = (requests) => {
      const choose = (request) => (state.portal_signed_in ? ready(request) : whereTo(body, request, main, close));
      if (state.portal_order === "email-first" && !state.portal_signed_in) whereTo(body, "", main, close);
      else show(body, ...types(requests, choose));
    };
    body.append(
      h("h3", {}, t.whichAccount),
      choice("consumer", t.consumer, () => whoIsIt(Object.keys(REQUESTS))),
      choice("none", t.noAccount, () => whoIsIt(["removal"]))); // the only one that is said to be open without an account
    return [body];
  }, { cross: t.close });
}

function choice(value, text, act) {
  return h("button", { type: "button", class: "plain choice", value, onclick: act }, text);
}

/** Show the next question; the keyboard goes on from the top of the dialog. */
function show(body, ...nodes) {
  body.replaceChildren(...nodes);
  body.closest("[role=dialog]").focus();
}

function types(requests, choose) {
  const { t } = page;
  return [h("h3", {}, t.whichRequest), ...requests.map((request) => choice(request, t[REQUESTS[request]], () => choose(request)))];
}

/** Where the link goes. A code to a phone is reported too, and not rehearsed. */
function whereTo(body, request, main, close) {
  const { t } = page;
  const place = h("div", {});
  const group = freshId();
  const heading = freshId();
  const way = (value, text, draw) => h("label", { class: "way" }, h("input", { type: "radio", name: group, value, onchange: draw }), text);
  show(body,
    h("h3", { id: heading }, t.whereTo),
    h("div", { role: "radiogroup", "aria-labelledby": heading },
      way("email", t.emailAddress, () => place.replaceChildren(...emailField(request, main, close))),
      way("phone", t.phoneNumber, () => place.replaceChildren(h("p", { class: "note" }, t.nothing)))),
    place);
}

function emailField(request, main, close) {
  const { t } = page;
  const field = h("input", { id: freshId(), name: "email", type: "email", autocomplete: "off" });
  const send = effect(h("button", { type: "button", class: "primary" }, t.continue), async () => {
    const email = field.value.trim();
    if (!email.includes("@")) return field.focus();
    if ((await post("portal-mail", { email, request })) !== 200) return say("alert", t.failed);
    close();
    main.replaceChildren(h("h1", {}, t.lookMail), h("p", { role: "status" }, filled(t.mailSent, { email })),
      h("p", { class: "note" }, "In this rehearsal your mailbox is https://privacy.openai.com/rehearsal/mail"));
  });
  return [h("label", { for: field.id }, t.emailAddress), field, h("footer", {}, send)];
}
