async ({ names, to, patience }) => {
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const shorten = (text) => text.replace(/\s+/g, ' ').trim().slice(0, 2000);
  const parts = (row) => {
    const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = walker.nextNode(); node && found.length < 40; node = walker.nextNode()) {
      const text = shorten(node.data);
      const titled = node.parentElement.closest('[title]');
      if (text) found.push({ text, title: titled && row.contains(titled) ? shorten(titled.title) : null });
    }
    return found;
  };
  const scrolls = (element) =>
    element.scrollHeight > element.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(element).overflowY);
  const paneOf = (row) => {
    let pane = row;
    while (pane && !scrolls(pane)) pane = pane.parentElement;
    return pane;
  };
  const inView = (pane) => (row) => {
    const [outer, inner] = [pane.getBoundingClientRect(), row.getBoundingClientRect()];
    return inner.bottom > outer.top && inner.top < outer.bottom;
  };
  // Onward until the last row in view is the first: rows that are not drawn yet cannot be passed by.
  const onward = (pane, near) => {
    const [outer, last] = [pane.getBoundingClientRect(), near.at(-1).getBoundingClientRect()];
    return near.length > 1 ? Math.max(0, last.top - outer.top) : Math.max(0, last.bottom - outer.top);
  };
  const step = (pane, near) => {
    pane.scrollTop = to === 'on' ? pane.scrollTop + onward(pane, near) : 0;
    pane.dispatchEvent(new Event('scroll'));
  };
  const atEnd = (pane) => pane.scrollTop + pane.clientHeight >= pane.scrollHeight - 2;

  if (to === 'end') {
    const began = performance.now();
    while (!document.querySelector(names.row) && performance.now() - began < patience) await pause(50);
    const pane = paneOf(document.querySelector(names.row));
    if (pane) pane.scrollTop = pane.scrollHeight;
    return null;
  }
  const nodes = [...document.querySelectorAll(names.row)];
  const pane = nodes.length ? paneOf(nodes[0]) : null;
  // Group headers stand between the rows, in the order of the document.
  const groups = pane ? [...pane.querySelectorAll(names.group)].filter((group) => !group.closest(names.row)) : [];
  const groupOf = (node) => groups.findLast((group) => group.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING);
  const rows = nodes.slice(0, 500).map((node) => ({
    id: node.id,
    group: shorten(groupOf(node)?.textContent || '') || null,
    conversation: node.getAttribute(names.conversation) || null,
    label: shorten(node.getAttribute('aria-label') || ''),
    parts: parts(node),
  }));
  const near = pane ? nodes.filter(inView(pane)) : nodes;
  const drawn = near.length > 0 && near.every((node) => node.textContent.trim());
  const end = nodes.length === 0 || (drawn && (!pane || atEnd(pane)));
  if (pane && (drawn || to !== 'on')) step(pane, near);
  // The page draws in frames; one that is not shown may have none.
  const frame = new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  await Promise.race([frame, pause(250)]);
  return {
    list: Boolean(document.querySelector(names.frame)),
    loading: document.readyState !== 'complete' || Boolean(document.querySelector(names.loading)),
    nodes: nodes.length, end, rows: drawn ? rows : [],
  };
}
