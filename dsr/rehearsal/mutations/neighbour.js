// Something beside the control looks like it: a second one, or the bearer of its test id.
const HOW = {
  twin: (node) => {
    const twin = trap(node);
    node.after(twin);
    return twin;
  },
  marker: (node) => {
    const mark = node.dataset.testid;
    const other = trap(node, plan.with.text);
    node.removeAttribute("data-testid");
    other.dataset.testid = mark;
    node.after(other);
  },
};
whenShown(plan.target, HOW[plan.with.how]);
