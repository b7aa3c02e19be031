// dsr's rehearsal, not OpenAI's code: what a test can put between a person and an effect. All of it is off by default,
// and none of it is evidenced: sites in general do such things.
import { ask, freshId, h, post } from "/rehearsal/layers.js";
import { page } from "/rehearsal/page.js";

/** Give a control its effect. Whatever is turned on stands between the press and the act. */
export function effect(node, act) {
  node.addEventListener("pointermove", () => page.state.cookie_banner === "late" && cookieBanner(), { once: true });
  node.addEventListener("click", () => press(node, act));
  return node;
}

async function press(node, act) {
  const { state, t } = page;
  if (node.getAttribute("aria-disabled") === "true") return;
  if (state.are_you_sure && !(await sure())) return;
  if (state.js_confirm && !confirm(state.js_confirm === "known" ? t.sure : t.otherText)) return;
  if (state.before_unload) addEventListener("beforeunload", stay);
  await act();
}

const stay = (event) => event.preventDefault();

/** Ask once more; where nobody says yes, no answer ever comes. */
function sure() {
  const { state, t } = page;
  const words = state.are_you_sure === "known" ? [t.sure, "", t.cancel, t.sureYes] : [t.otherTitle, t.otherText, t.otherNo, t.otherYes];
  return new Promise((resolve) => {
    ask(...words, { class: "primary" }, (close) => {
      close();
      resolve(true);
    });
  });
}

/** Attributes of a control that an administrator may have locked. */
export const lock = () => (page.state.disabled_by_admin ? { "aria-disabled": "true" } : {});

/** The sentence that says so, or nothing. */
export const lockNote = () => (page.state.disabled_by_admin ? [h("p", { class: "note" }, page.t.byAdmin)] : []);

/** Rows of a section; folded away under its name where the state says so. */
export function section(title, ...rows) {
  if (!page.state.collapsed) return rows;
  const inner = h("div", { id: freshId(), hidden: true }, ...rows);
  const opener = h("button", {
    type: "button", class: "fold", "aria-expanded": "false", "aria-controls": inner.id,
    onclick: () => {
      inner.hidden = !inner.hidden;
      opener.setAttribute("aria-expanded", String(!inner.hidden));
    },
  }, title);
  return [opener, inner];
}

/** A banner over the lower part of everything, until it is answered. */
export function cookieBanner() {
  if (document.querySelector(".cookies")) return;
  const { t } = page;
  const answer = (action) => async () => {
    page.state.cookie_banner = "";
    banner.remove();
    await post(action);
  };
  const banner = h("div", { class: "cookies", role: "region", "aria-label": t.cookies },
    h("p", {}, t.cookiesText),
    h("footer", {},
      h("button", { type: "button", class: "plain", onclick: answer("cookies-reject") }, t.rejectAll),
      h("button", { type: "button", class: "primary", onclick: answer("cookies-accept") }, t.acceptAll)));
  document.body.append(banner);
}
