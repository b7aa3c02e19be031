// Every known English label on the page is put into the words that the playbook knows in another locale.
const TEXTS = plan.with.texts; // [[English, other], ...], longest first
const other = (text) => {
  const clean = tidy(text);
  if (TEXTS.some(([, to]) => clean.startsWith(to))) return null;
  const found = TEXTS.find(([from]) => clean === from) ?? TEXTS.find(([from, , prefix]) => prefix && clean.startsWith(from));
  return found ? clean.replace(found[0], () => found[1]) : null;
};
let told = false;
const put = () => {
  const before = told ? "" : picture();
  for (const root of roots()) {
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const to = other(node.data);
      if (to !== null) node.data = to;
    }
    for (const node of root.querySelectorAll("[aria-label]")) {
      const to = other(node.getAttribute("aria-label"));
      if (to !== null) node.setAttribute("aria-label", to);
    }
  }
  if (!told && picture() !== before) {
    told = true;
    tell("changed");
  }
};
new MutationObserver(put).observe(document, { childList: true, subtree: true, characterData: true });
put();
