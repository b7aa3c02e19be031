// The node is not the one that was looked at: drawn anew, replaced by a neighbour, hidden, turned by itself, or gone.
const HOW = {
  copy: (node) => {
    const copy = node.cloneNode(true);
    copy.addEventListener("click", wrong); // whoever presses it presses something that was never confirmed
    node.replaceWith(copy);
    return copy;
  },
  neighbour: (node) => {
    const { width, height } = node.getBoundingClientRect();
    const other = trap(node, "Delete account");
    other.removeAttribute("data-testid");
    other.style.cssText = `width: ${width}px; height: ${height}px`;
    node.replaceWith(other);
  },
  hidden: (node) => { node.style.display = "none"; },
  turned: (node) => { node.setAttribute("aria-checked", String(node.getAttribute("aria-checked") !== "true")); },
  gone: (node) => node.remove(),
};
at(plan.with.at ?? "shown", HOW[plan.with.how]);
