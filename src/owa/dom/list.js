(() => {
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
  const rows = [...document.querySelectorAll('[role="option"][data-convid], [role="listbox"] [role="option"][id]')];
  const list = rows.length ? rows[0].closest('[role="listbox"]') : document.querySelector('[role="listbox"]');
  return {
    list: Boolean(list),
    rows: rows.slice(0, 500).map((row) => ({
      id: row.id,
      conversation: row.dataset.convid || null,
      label: shorten(row.getAttribute('aria-label') || ''),
      parts: parts(row),
    })),
  };
})()
