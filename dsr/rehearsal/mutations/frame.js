// The control, or the field to be filled, is not the site's own any more: a foreign frame stands in its place.
whenShown(plan.with.key, (node) => {
  const frame = document.createElement("iframe");
  frame.src = plan.look;
  frame.style.cssText = "width: 30em; height: 20em";
  node.replaceWith(frame);
  return frame;
});
