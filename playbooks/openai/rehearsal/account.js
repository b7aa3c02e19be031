// dsr's rehearsal, not OpenAI's code: the tab "Account" and the account's end.
// Evidenced: the way, "Refresh login" where the sign-in is older than ten minutes, what must be typed and into which names,
// "Locked" and what it turns into, what else ends. The sentences are ours. No test id is evidenced here.
import { opener, row } from "/rehearsal/controls.js";
import { effect, lockNote, section } from "/rehearsal/hindrances.js";
import { clear, dialog, freshId, h, post, say } from "/rehearsal/layers.js";
import { page, refresh } from "/rehearsal/page.js";

/** The rows of the tab. */
export function account() {
  const { state, t } = page;
  return [...lockNote(), ...section(t.account,
    row(t.name, h("span", { class: "value" }, state.account_name)),
    row(t.email, h("span", { class: "value" }, state.account)),
    row(t.plan, h("span", { class: "value" }, state.plan)),
    row(t.deleteAccount, opener(t.delete, askDeleteAccount, { class: "plain danger" })),
  )];
}

function askDeleteAccount() {
  const { state, t } = page;
  dialog(t.deleteAccount, "small", (close) => [
    h("p", {}, t.deleteAccountText),
    h("ul", {}, h("li", {}, t.deleteApiText), h("li", {}, t.deleteStoreText)),
    ...(state.login_fresh ? lastQuestion(close) : staleLogin(close)),
  ]);
}

function staleLogin(close) {
  const { t } = page;
  const back = location.pathname + location.hash;
  return [
    h("p", {}, t.staleLogin),
    h("footer", {},
      h("button", { type: "button", class: "plain", onclick: close }, t.cancel),
      h("button", {
        type: "button", class: "primary", onclick: () => location.assign(`/auth/login?back=${encodeURIComponent(back)}`),
      }, t.refreshLogin)),
  ];
}

/** The fields that unlock the last button. */
function lastQuestion(close) {
  const { state, t } = page;
  const unlock = () => {
    const open = email.value.trim().toLowerCase() === state.account.toLowerCase() && typed.value === "DELETE";
    last.disabled = !open;
    last.textContent = open ? t.deleteForever : t.locked;
  };
  const email = h("input", { id: freshId(), name: "email", type: "email", autocomplete: "off", oninput: unlock });
  const typed = h("input", { id: freshId(), name: "delete", autocomplete: "off", oninput: unlock });
  const last = effect(h("button", { type: "button", class: "primary danger", disabled: true }, t.locked), deleteAccount);
  return [
    h("label", { for: email.id }, t.email), email,
    h("label", { for: typed.id }, t.deleteWord), typed,
    h("footer", {}, h("button", { type: "button", class: "plain", onclick: close }, t.cancel), last),
  ];
}

async function deleteAccount() {
  const { t } = page;
  if ((await post("delete-account")) !== 200) {
    say("alert", t.failed);
    return;
  }
  clear();
  await refresh();
  say("status", t.accountDeleted);
}
