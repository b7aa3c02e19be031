// dsr's rehearsal, not OpenAI's code: the page around the settings, and what a deep link does.
import { refreshTraining } from "/rehearsal/data-controls.js";
import { mayDraw } from "/rehearsal/gate.js";
import { clear, freshId, h, post, raise } from "/rehearsal/layers.js";
import { page } from "/rehearsal/page.js";
import { openSettings } from "/rehearsal/settings.js";

const CHATS = ["Rye bread without a mixer", "Letters to an old friend", "Night train to Vienna", "Names for a grey cat"];
const PATHS = {
  "/settings/data-controls": "dataControls", "/settings/account": "account", "/settings/personalization": "personalization",
};
const HASHES = {
  "#settings/DataControls": "dataControls", "#settings/Account": "account", "#settings/Personalization": "personalization",
  "#settings/Security": "security",
};

page.awake = false;
page.redraw = draw;

if (mayDraw()) begin();

function begin() {
  draw();
  sleep();
  const tab = signedIn() ? linked() : null;
  if (tab) openSettings(tab, leaveSettings);
  if (page.state.hydration_ms) setTimeout(wake, page.state.hydration_ms);
  else wake();
}

function signedIn() {
  return page.state.signed_in && !page.state.account_deleted;
}

/** The tab that this address opens, if addresses of this kind open anything. */
function linked() {
  if (page.state.generation === "path") return PATHS[location.pathname];
  if (page.state.generation === "hash") return location.pathname === "/" ? HASHES[location.hash] : null;
  return null;
}

function leaveSettings() {
  if (location.pathname !== "/" || location.hash) history.replaceState(null, "", "/");
}

/** Until the page is awake it looks ready and nothing that is done to it has an effect. */
function sleep() {
  for (const kind of ["pointerdown", "mousedown", "click", "keydown"]) {
    document.addEventListener(kind, (event) => page.awake || event.stopImmediatePropagation(), { capture: true });
  }
}

function wake() {
  page.awake = true;
  refreshTraining();
  if (location.pathname !== "/" && !(signedIn() && linked())) history.replaceState(null, "", "/");
  addEventListener("hashchange", () => {
    if (!signedIn() || !linked()) return;
    const address = location.href;
    clear();
    history.replaceState(null, "", address); // closing an older dialog took it away
    openSettings(linked(), leaveSettings);
  });
}

function draw() {
  const { state, t } = page;
  const chats = state.deleted_chats || !signedIn() ? [] : CHATS;
  document.getElementById("app").replaceChildren(
    ...(signedIn() ? [h("aside", { class: "rail", inert: true }, profileButton())] : []),
    h("nav", { class: "sidebar", "aria-label": t.chats },
      h("div", { class: "new" }, `+ ${t.newChat}`),
      h("h2", {}, t.chats),
      h("ul", {}, ...chats.map((title) => h("li", {}, title))),
      signedIn() && !chats.length ? h("p", { class: "note" }, t.noChats) : "",
      signedIn() ? profileButton() : ""),
    h("main", {},
      h("div", { class: "top" }, h("strong", {}, "ChatGPT"),
        signedIn() ? "" : h("button", {
          type: "button", class: "primary", "data-testid": "login-button", onclick: () => location.assign("/auth/login"),
        }, t.login)),
      h("div", { class: "middle-of-page" },
        h("h1", {}, t.greeting),
        h("div", { class: "prompt" },
          h("div", { id: "prompt-textarea", role: "textbox", contenteditable: "true", "aria-label": t.ask, "data-placeholder": t.ask })))),
  );
}

function profileButton() {
  const { state } = page;
  const initials = state.account_name.split(" ").map((part) => part[0]).join("");
  return h("button", {
    type: "button", id: freshId(), class: "profile", "data-testid": "accounts-profile-button", "aria-haspopup": "menu",
    "aria-expanded": "false", "data-state": "closed", onpointerdown: openMenu,
    onkeydown: (event) => ["Enter", " ", "ArrowDown"].includes(event.key) && openMenu(event),
  },
  h("span", { class: "avatar", "aria-hidden": "true" }, initials),
  h("span", { class: "who" }, h("div", { class: "truncate" }, state.account_name), h("div", { class: "value" }, state.plan)));
}

/** Like Radix: the menu opens on pointerdown, its items act on click. */
function openMenu(event) {
  if (event.button > 0) return;
  event.preventDefault();
  const { state, t } = page;
  const opener = event.currentTarget;
  const item = (text, act, hook) => h("div", {
    role: "menuitem", tabindex: "-1", "data-testid": hook, onclick: () => { close(); act(); },
  }, text);
  const walk = (event) => {
    const items = [...menu.querySelectorAll("[role=menuitem]")];
    const here = items.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) items.at((here + step) % items.length).focus();
    else if (["Enter", " "].includes(event.key)) items[here]?.click();
    else return;
    event.preventDefault();
  };
  const menu = h("div", {
    role: "menu", id: freshId(), class: "menu", tabindex: "-1", "aria-labelledby": opener.id, "data-state": "open", onkeydown: walk,
  },
    h("div", { class: "note" }, state.account),
    item(t.settings, () => openSettings("general", leaveSettings), "settings-menu-item"),
    item(t.logout, logOut));
  const mark = (open) => {
    opener.setAttribute("aria-expanded", String(open));
    opener.dataset.state = open ? "open" : "closed";
  };
  const close = raise(menu, { shade: false, closed: () => mark(false) });
  mark(true);
}

async function logOut() {
  if ((await post("logout")) === 200) location.assign("/");
}
