// A rehearsal, made by `dsr playbook new`: a switch, a request and a deletion. Change it into what the site looks like.
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

/** Post an action and say whether the page shows success. */
async function post(action, fields = {}) {
  const body = JSON.stringify(fields);
  const answer = await fetch(`/rehearsal/${action}`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  const shown = answer.ok || !state.honest;
  if (!shown) say("alert", "Something went wrong. Please try again.");
  return shown;
}

/** A button that posts an action once it is pressed; an administrator may have locked it. */
function button(text, act, attributes = {}) {
  const locked = state.disabled_by_admin ? { disabled: true } : {};
  return h("button", { type: "button", ...attributes, ...locked, onclick: act }, text);
}

async function reload(action) {
  if (await post(action)) location.reload();
}

function drawSettings() {
  const training = button("", async () => {
    const wanted = state.training === "on" ? "off" : "on";
    if (await post("training", { value: wanted })) state.training = wanted;
    showTraining();
  }, { role: "switch", "aria-labelledby": "training", "data-testid": "training-switch" });
  const showTraining = () => {
    training.setAttribute("aria-checked", String(state.training === "on"));
    training.textContent = state.training;
  };
  showTraining();
  const request = button("Request my data", async () => {
    if (await post("request")) say("status", "We have received your request.");
  }, { "data-testid": "request-button" });
  const last = button("Delete for good", async () => {
    question.close();
    if (await post("delete")) say("status", "Your data were deleted.");
  }, { id: "delete-for-good", "data-testid": "delete-button" });
  const question = h("dialog", { "aria-label": "Delete my data" }, h("p", {}, "This cannot be undone."), last);
  show(
    h("p", {}, h("button", { type: "button", "data-testid": "account-button" }, state.account)),
    h("h1", {}, "Settings"),
    h("p", {}, h("span", { id: "training" }, "Use my content for training"), " ", training),
    h("p", {}, request),
    h("p", {}, button("Delete my data", () => question.showModal())),
    question,
  );
}

function drawLogin() {
  document.title = "Log in";
  show(h("button", { type: "button", id: "log-in", onclick: () => reload("login") }, "Log in"));
}

/** What the site may ask before it shows anything: whether one is human, a password, a code. What is typed goes nowhere. */
function drawQuestion(what) {
  if (what === "captcha") {
    document.title = "Just a moment...";
    show(h("input", { type: "checkbox", id: "human", "aria-label": "I am human", onchange: () => reload("reauth") }));
    return;
  }
  const field = what === "password" ? { type: "password" } : { type: "text", autocomplete: "one-time-code" };
  const answer = (event) => {
    event.preventDefault();
    reload("reauth");
  };
  show(h("form", { id: "reauth", onsubmit: answer }, h("label", {}, what, h("input", field)), h("button", {}, "Continue")));
}

if (state.reauth && !state.session_ends) drawQuestion(state.reauth);
else if (state.signed_in) drawSettings();
else drawLogin();
