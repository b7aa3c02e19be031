// dsr's rehearsal, not OpenAI's code: a sign-in page of our own; the fields go nowhere.
import { post, say } from "/rehearsal/layers.js";
import { page } from "/rehearsal/page.js";

const { state, t } = page;
const form = document.getElementById("login");
const asked = new URLSearchParams(location.search).get("back") ?? "/";
const back = new URL(asked, location.origin);

document.title = t.login;
form.querySelector("h1").textContent = t.login;
form.querySelector("label[for=email]").textContent = t.email;
form.querySelector("label[for=password]").textContent = t.password;
form.querySelector("button").textContent = t.login;
if (state.account_deleted) say("alert", t.accountIsDeleted);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const status = await post("login");
  if (status === 200) location.assign(back.origin === location.origin ? back : "/");
  else say("alert", status === 403 ? t.accountIsDeleted : t.failed);
});
