// dsr's rehearsal, not OpenAI's code: a sign-in page of our own; the fields go nowhere.
import { labels } from "/rehearsal/labels.js";
import { post, readState, say } from "/rehearsal/layers.js";

const state = await readState();
const t = labels(state.locale, state.old_label);
const form = document.getElementById("login");

document.documentElement.lang = state.locale;
document.title = t.login;
form.querySelector("h1").textContent = t.login;
form.querySelector("label[for=email]").textContent = t.email;
form.querySelector("label[for=password]").textContent = t.password;
form.querySelector("button").textContent = t.login;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const status = await post("login");
  if (status === 200) location.assign("/");
  else say("alert", t.failed);
});
