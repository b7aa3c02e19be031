// When a control shows for the first time, the matrix is told, changes the server, and the page goes where it is told.
let gone = false;
whenShown(plan.with.key, async (node) => {
  if (gone) return;
  gone = true;
  const to = await window.__dsrMatrix("reached", plan.with.key);
  if (to === "reload") location.reload();
  else if (to) location.href = to;
});
