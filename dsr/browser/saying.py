"""What a node says to whoever looks or listens, as JavaScript for the page: the text of the flat tree as it is rendered.

`textContent` is not it: it keeps saying what is hidden, and says nothing of what a slot shows, of an image's `alt`, or of a
word that a style sheet puts before it. A button can change its meaning by each of these.
"""

SAYING = """
const tidy = (text) => text.replace(/[\\u00ad\\u200b]/g, "").replace(/\\s+/g, " ").trim();
const generated = (node, which) => {
  const said = getComputedStyle(node, which).content;
  return said === "none" || said === "normal" ? "" : said.replace(/^"|"$/g, "");
};
const raw = (node) => {
  if (node.nodeType === Node.TEXT_NODE) {
    const box = node.parentElement || node.getRootNode().host;
    return box && getComputedStyle(box).visibility !== "visible" ? "" : node.data;
  }
  if (node.nodeType !== Node.ELEMENT_NODE) return "";
  const style = getComputedStyle(node);
  if (style.display === "none" || node.getAttribute("aria-hidden") === "true") return "";
  const own = node.getAttribute("aria-label") || node.getAttribute("alt");
  if (own) return own;
  const put = node.localName === "slot" ? node.assignedNodes() : [];
  const shown = put.length ? put : (node.shadowRoot || node).childNodes;
  const gap = style.display.startsWith("inline") || style.display === "contents" ? "" : " ";
  return gap + generated(node, "::before") + [...shown].map(raw).join("") + generated(node, "::after") + gap;
};
const spoken = (node) => (node ? tidy(raw(node)) : "");
const pointed = (node, attribute) => (node.getAttribute(attribute) || "").split(/\\s+/).filter(Boolean)
  .map((id) => node.getRootNode().getElementById?.(id) || document.getElementById(id)).filter(Boolean);
const around = (node) => node.assignedSlot || node.parentElement || node.getRootNode().host || null;
"""
