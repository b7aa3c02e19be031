// dsr's rehearsal, not OpenAI's code: the person's mailbox, with the mail that the portal has sent. Of the mail only
// "Log In" is evidenced. The link works as often as it is pressed.
import { h, post } from "/rehearsal/layers.js";
import { page } from "/rehearsal/page.js";

const { state, t } = page;

async function logIn(event) {
  event.preventDefault();
  if ((await post("portal-login")) === 200) location.assign("/policies");
}

document.title = t.mailbox;
const link = h("a", { id: "link", href: "/policies", onclick: logIn }, t.mailLogin);
const mail = [h("p", { class: "note" }, state.portal_email), h("p", {}, t.mailText), h("p", {}, link)];
document.getElementById("app").replaceChildren(
  h("main", { class: "alone" }, h("div", { class: "card" },
    h("h1", {}, t.mailbox),
    ...(state.portal_mail === "sent" ? mail : [h("p", {}, t.noMail)]))),
);
