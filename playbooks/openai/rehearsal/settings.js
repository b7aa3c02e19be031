// dsr's rehearsal, not OpenAI's code: the settings dialog with its tabs.
import { account } from "/rehearsal/account.js";
import { dataControls } from "/rehearsal/data-controls.js";
import { dialog, freshId, h } from "/rehearsal/layers.js";
import { page } from "/rehearsal/page.js";
import { personalization } from "/rehearsal/personalization.js";

const TABS = ["general", "personalization", "apps", "dataControls", "storage", "security", "notifications", "account"];
const PANELS = { account, dataControls, personalization };
const SEEN_HOOKS = { dataControls: "data-controls-tab", personalization: "personalization-tab" };

const nothing = () => [h("p", { class: "note" }, page.t.nothing)];

/** Open the settings on a tab. */
export function openSettings(first, closed) {
  const { t } = page;
  const panel = h("div", { role: "tabpanel", id: freshId(), class: "panel", tabindex: "0" });
  const list = h("div", { role: "tablist", "aria-orientation": "vertical", "aria-label": t.settings, class: "tabs" });
  const choose = (name) => {
    for (const tab of list.children) {
      const chosen = tab.dataset.name === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.dataset.state = chosen ? "active" : "inactive";
      if (chosen) panel.setAttribute("aria-labelledby", tab.id);
    }
    panel.replaceChildren(h("h3", {}, t[name]), ...(PANELS[name] ?? nothing)());
  };
  for (const name of TABS) {
    list.append(h("button", {
      type: "button", role: "tab", id: freshId(), "data-testid": SEEN_HOOKS[name], "data-name": name, "aria-controls": panel.id,
      onmousedown: (event) => event.button === 0 && choose(name), // like Radix: a click alone is not enough
      onkeydown: (event) => (event.key === "Enter" || event.key === " ") && choose(name),
    }, t[name]));
  }
  dialog(t.settings, "settings", () => [list, panel], { cross: t.close, closed });
  choose(first);
}
