// What reaches a page by trusted events, wherever it is; the page never notices. Put before every mutation.
for (const kind of ["pointerdown", "click", "keydown", "beforeinput"]) {
  addEventListener(kind, (event) => {
    if (!event.isTrusted) return;
    const node = event.composedPath()[0];
    const name = (node?.getAttribute?.("aria-label") ?? node?.textContent ?? "").replace(/\s+/g, " ").trim().slice(0, 60);
    const target = ours && !!plan.target && all(plan.target).some((one) => event.composedPath().includes(one));
    tell("trusted", JSON.stringify({ kind, name, target, origin: location.origin }));
  }, { capture: true });
}
