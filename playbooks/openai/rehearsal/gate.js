// dsr's rehearsal, not OpenAI's code: what can stand before a page until a person has answered it.
import { cookieBanner } from "/rehearsal/hindrances.js";
import { freshId, h, post } from "/rehearsal/layers.js";
import { page } from "/rehearsal/page.js";

/** Whether the page may be drawn. Where the site first asks something, that is drawn instead. */
export function mayDraw() {
  const { state } = page;
  const asked = state.session_ends ? "" : state.reauth; // until the session ends, nobody asks again
  if (state.captcha) drawChallenge("captcha");
  else if (asked === "captcha") drawChallenge("reauth");
  else if (asked) drawQuestion(asked === "password");
  if (state.captcha || asked) return false;
  if (state.cookie_banner === "start") cookieBanner();
  return true;
}

function drawAlone(...content) {
  document.getElementById("app").replaceChildren(h("main", { class: "alone" }, ...content));
}

function drawChallenge(action) {
  const { t } = page;
  document.title = "Just a moment...";
  const box = h("input", { type: "checkbox", id: "human", onchange: () => answer(action) });
  drawAlone(h("div", { class: "card" },
    h("h1", {}, t.human),
    h("p", { class: "note" }, location.host),
    h("div", { class: "challenge" }, box, h("label", { for: "human" }, t.human))));
}

/** A password or a second factor. How OpenAI's own form looks is not evidenced; what is typed is neither sent nor kept. */
function drawQuestion(password) {
  const { t } = page;
  const title = password ? t.enterPassword : t.enterCode;
  document.title = title;
  const field = freshId();
  drawAlone(h("form", { id: "reauth", class: "card", novalidate: true, onsubmit: (event) => { event.preventDefault(); answer("reauth"); } },
    h("h1", {}, title),
    h("label", { for: field }, password ? t.password : t.code),
    h("input", { id: field, type: password ? "password" : "text", autocomplete: password ? "current-password" : "one-time-code" }),
    h("button", { type: "submit", class: "primary" }, t.continue)));
}

async function answer(action) {
  if ((await post(action)) === 200) location.reload();
}
