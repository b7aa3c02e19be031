// The control is the same, elsewhere: at the end of its region, in a wrapper, in an open shadow root, behind a closed section.
const HOW = {
  moved(node) {
    if (node.hasAttribute("aria-labelledby")) rename(node, nameOf(node));
    const region = regionOf(node);
    const last = region.lastElementChild;
    if (last?.contains(node)) region.prepend(node);
    else region.append(node);
  },
  wrapper(node) {
    const inner = document.createElement("div");
    const outer = document.createElement("div");
    node.replaceWith(outer);
    outer.append(inner);
    inner.append(node);
  },
  shadow(node) {
    const { width, height } = node.getBoundingClientRect();
    rename(node, nameOf(node));
    node.style.cssText += `; min-width: ${width}px; min-height: ${height}px; display: inline-block`;
    const host = document.createElement("div");
    node.replaceWith(host);
    host.attachShadow({ mode: "open" }).append(node);
  },
  collapsed(node) {
    const section = document.createElement("details");
    const title = document.createElement("summary");
    title.textContent = "More";
    const place = node.closest(".row, footer, p, li") ?? node;
    place.replaceWith(section);
    section.append(title, place);
  },
};
whenShown(plan.target, HOW[plan.with.how]);
