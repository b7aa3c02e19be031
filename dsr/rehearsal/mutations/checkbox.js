// A switch becomes a native checkbox, and a native checkbox a switch; state and press are passed on to the original.
whenShown(plan.target, (node) => {
  const native = node.localName === "input";
  const made = document.createElement(native ? "button" : "input");
  if (native) made.setAttribute("role", "switch");
  else made.type = "checkbox";
  made.setAttribute("aria-label", nameOf(node));
  if (node.dataset.testid) made.dataset.testid = node.dataset.testid;
  made.style.cssText = "width: 42px; height: 24px";
  const show = () => {
    const on = native ? node.checked : node.getAttribute("aria-checked") === "true";
    if (native) made.setAttribute("aria-checked", String(on));
    else made.checked = on;
  };
  made.addEventListener("click", () => { node.click(); queueMicrotask(show); });
  new MutationObserver(show).observe(node, { attributes: true });
  show();
  node.style.display = "none";
  delete node.dataset.testid;
  node.after(made);
  return made;
});
