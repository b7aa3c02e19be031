// The control gets another accessible name: reworded, or with the opposite meaning (then its state is turned round too). `styled`: by
// a style sheet that puts words before it, where its name is what it holds; nothing that is written in it changes.
const text = (node) => plan.with.text.replace("{name}", () => nameOf(node)[0].toLowerCase() + nameOf(node).slice(1));
function restyle(node) {
  const sheet = new CSSStyleSheet(); // a <style> would fall to the site's content policy
  sheet.replaceSync(`.dsr-matrix-styled::before { content: "${plan.with.text} " }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  node.classList.add("dsr-matrix-styled");
}
at(plan.with.at ?? "shown", (node) => {
  if (plan.with.styled) node.addEventListener("click", wrong);
  if (plan.with.styled && !node.matches("[aria-label], [aria-labelledby], input")) return restyle(node);
  rename(node, text(node));
  const state = node.getAttribute("aria-checked");
  if (plan.with.invert && state) node.setAttribute("aria-checked", String(state !== "true"));
});
