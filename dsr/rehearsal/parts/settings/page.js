// A page of settings as the rehearsal's state describes it: one switch (or checkbox, or list), and buttons that ask for an
// export or a deletion. Where several labels are known, `locale` chooses; an unknown one shows what nobody knows.
const state = await (await fetch("/rehearsal/state")).json();

/** A node with attributes (`on*` are listeners, false is left out) and children. */
function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

const show = (...nodes) => document.getElementById("app").replaceChildren(...nodes);
const say = (role, text) => document.getElementById("messages").replaceChildren(h("div", { role }, text));

/** The text of a label in the site's language: `label`, or `label_de` where the locale is de. */
function word(key) {
  if (!state[key]) return "";
  if (state.locale === "en") return state[key];
  return state[`${key}_${state.locale}`] ?? `«${state.locale}»`;
}

/** Post an action and say whether the page shows success. */
async function post(action, fields = {}) {
  const body = JSON.stringify(fields);
  const answer = await fetch(`/rehearsal/${action}`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  const shown = answer.ok || !state.honest;
  if (!shown) say("alert", "Something went wrong. Please try again.");
  return shown;
}

const locked = () => (state.disabled_by_admin ? { disabled: true } : {});

async function turn(wanted) {
  if (await post("training", { value: wanted })) state.training = wanted;
}

/** The control of the training setting, of the kind that the service has. */
function control() {
  if (state.kind === "checkbox") {
    const box = h("input", { type: "checkbox", id: "training", ...locked() });
    box.checked = state.training === "on";
    box.addEventListener("change", async () => {
      await turn(box.checked ? "on" : "off");
      box.checked = state.training === "on";
    });
    return [h("label", { for: "training" }, word("label")), box];
  }
  const name = h("span", { id: "training-label" }, word("label"));
  const toggle = h("button", { type: "button", role: "switch", "aria-labelledby": "training-label", ...locked() });
  const draw = () => {
    toggle.setAttribute("aria-checked", String(state.training === "on"));
    toggle.textContent = state.training === "on" ? "On" : "Off";
  };
  toggle.addEventListener("click", async () => {
    await turn(state.training === "on" ? "off" : "on");
    draw();
  });
  draw();
  return [name, toggle];
}

const row = (...children) => h("div", { class: "row" }, ...children);

/** A button that opens a question, whose yes posts the action. */
function asking(key, action, said) {
  const yes = h("button", { type: "button", ...locked(), onclick: async () => {
    question.close();
    if (await post(action)) say("status", said);
  } }, word(`${key}_yes`) || word(key));
  const question = h("dialog", { "aria-label": word(key) }, h("p", {}, word(key)), yes);
  return row(h("span", {}, word(key)), h("button", { type: "button", onclick: () => question.showModal() }, word(key)), question);
}

function drawSettings() {
  document.title = "Settings";
  const rows = [];
  if (state.label && !state.no_switch) rows.push(row(...control()));
  if (state.export_label) rows.push(asking("export_label", "export", "The export was requested."));
  if (state.delete_label) rows.push(asking("delete_label", "delete-account", "The account was deleted."));
  show(
    h("p", {}, h("button", { type: "button", id: "account" }, state.account)),
    h("h1", {}, "Settings"),
    ...rows,
  );
}

function drawLogin() {
  document.title = "Log in";
  const enter = async () => {
    if (await post("login")) location.reload();
  };
  show(h("button", { type: "button", id: "log-in", onclick: enter }, "Log in"));
}

if (state.signed_in) drawSettings();
else drawLogin();
