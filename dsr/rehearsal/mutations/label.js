// The control gets another accessible name: reworded, or with the opposite meaning (then its state is turned round too).
const text = (node) => plan.with.text.replace("{name}", () => nameOf(node)[0].toLowerCase() + nameOf(node).slice(1));
at(plan.with.at ?? "shown", (node) => {
  rename(node, text(node));
  const state = node.getAttribute("aria-checked");
  if (plan.with.invert && state) node.setAttribute("aria-checked", String(state !== "true"));
});
