// A layer lies over the page: a cookie banner with two buttons, or an overlay that stays or goes after a while.
function cover(content) {
  const layer = document.createElement("div");
  layer.style.cssText = "position: fixed; inset: 0; z-index: 2147483000; background: #000a";
  if (content) layer.append(...content);
  layer.addEventListener("click", (event) => event.target === layer && wrong());
  document.body.append(layer);
  return layer;
}

function banner() {
  const box = document.createElement("div");
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", "Cookies");
  box.style.cssText = "position: absolute; bottom: 0; left: 0; right: 0; padding: 2em; background: #fff; color: #000";
  let layer;
  const button = (name, consent) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = name;
    made.addEventListener("click", () => {
      consent ? wrong() : fetch("/dsr-matrix/rejected", { keepalive: true });
      try { sessionStorage.setItem("dsr-matrix-banner", "answered"); } catch { /* no storage: the banner comes back */ }
      layer.remove();
    });
    return made;
  };
  box.append("We use cookies. ", button(plan.with.accept, true), button(plan.with.reject, false));
  layer = cover([box]);
}

const HOW = {
  banner,
  stays: () => { cover(); },
  goes: () => { const layer = cover(); setTimeout(() => layer.remove(), plan.with.ms); },
};
const answered = () => { try { return sessionStorage.getItem("dsr-matrix-banner"); } catch { return null; } };

if (plan.with.at === "start") {
  addEventListener("DOMContentLoaded", () => {
    if (answered()) return;
    HOW[plan.with.how]();
    tell("changed");
  });
} else at(plan.with.at, () => { if (!answered()) HOW[plan.with.how](); });
