// The whole document reads from right to left.
const turn = () => {
  if (!document.body || document.documentElement.dir === plan.with.dir) return;
  document.documentElement.dir = plan.with.dir;
  if (getComputedStyle(document.body).direction === plan.with.dir) tell("changed");
};
new MutationObserver(turn).observe(document, { childList: true, subtree: true, attributes: true });
turn();
