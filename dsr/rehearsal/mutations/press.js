// The press meets something between the control and what it does.
const HOW = {
  swallowed(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
    tell("changed");
  },
  confirm(event) {
    const yes = window.confirm(plan.with.text);
    tell("changed");
    if (yes) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  sure(event) {
    if (passed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(event.composedPath()[0]);
    tell("changed");
  },
  popup() {
    if (window.open(plan.look, "_blank")) tell("changed");
  },
  leaving() {
    addEventListener("beforeunload", (leave) => { leave.preventDefault(); leave.returnValue = plan.with.text; });
    tell("changed");
  },
};
let passed = false;

/** A question in the page, of the kind "are you sure"; only its yes lets the press through. */
function ask(pressed) {
  const box = document.createElement("div");
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-modal", "true");
  box.setAttribute("aria-label", plan.with.title);
  box.style.cssText = "position: fixed; top: 20%; left: 30%; z-index: 2147483000; padding: 2em; background: #fff; color: #000";
  const button = (name, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = name;
    made.addEventListener("click", () => { box.remove(); act(); });
    return made;
  };
  box.append(plan.with.question, button(plan.with.no, () => {}), button(plan.with.yes, () => {
    passed = true;
    pressed.click();
    passed = false;
  }));
  (regionOf(pressed).closest("[role=dialog], dialog") ?? document.body).after(box);
}

if (plan.with.at === "start") addEventListener("DOMContentLoaded", HOW[plan.with.how]);
else {
  document.addEventListener("click", (event) => {
    const node = find();
    if (node && event.composedPath().includes(node)) HOW[plan.with.how](event);
  }, { capture: true });
}
