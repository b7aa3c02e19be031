// dsr's rehearsal of a foreign site: it takes note of every press, by pointer, keyboard or script, and of every input.
const told = (action) => fetch(`/rehearsal/${action}`, { method: "POST", body: "{}", keepalive: true });

addEventListener("pointerdown", () => told("stolen-press"), { capture: true });
addEventListener("click", (event) => event.detail || told("stolen-press"), { capture: true }); // no pointer was in it
addEventListener("input", () => told("stolen-fill"), { capture: true });
