// The control loses or gains attributes: ids, test ids, or the ability to be pressed.
whenShown(plan.target, (node) => {
  const drop = plan.with.drop ?? [];
  if (drop.length && !drop.some((name) => node.hasAttribute(name))) tell("absent", drop.join(" and "));
  for (const name of drop) {
    if (name === "id" && node.labels?.length) rename(node, nameOf(node));
    node.removeAttribute(name);
  }
  for (const [name, value] of Object.entries(plan.with.put ?? {})) node.setAttribute(name, value);
});
