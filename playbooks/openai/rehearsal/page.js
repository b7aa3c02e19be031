// dsr's rehearsal, not OpenAI's code: what every page knows of the site's state, and its words.
import { labels } from "/rehearsal/labels.js";
import { readState } from "/rehearsal/layers.js";

/** `awake`: what is done has an effect. `redraw`: draw the page beneath the dialogs anew, after `refresh`. */
export const page = { state: await readState(), t: {}, awake: true, redraw() {} };

page.t = await labels(page.state.locale, page.state.old_label);
document.documentElement.lang = page.state.locale;

/** Ask the server again, and show what it says. */
export async function refresh() {
  page.state = await readState();
  page.redraw();
}
