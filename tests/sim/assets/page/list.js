// The message list: bounded live rows, more of them as the scroller nears its end.
const ROW = 84;
const GROUP = 33;
const KEPT = 2000;

const entriesOf = (rows) => {
  const pinned = rows.filter((row) => row.pinned);
  const entries = pinned.length ? [{ group: words.pinned }, ...pinned.map((row) => ({ row }))] : [];
  let last;
  for (const row of rows.filter((each) => !each.pinned)) {
    const group = groupOf(row.date);
    if (group !== last) entries.push({ group });
    last = group;
    entries.push({ row });
  }
  let top = 0;
  for (const entry of entries) {
    entry.top = top;
    top += entry.group ? GROUP : ROW;
  }
  return { entries, height: top };
};

const groupNode = (text) => (boot.look === 'buttons'
  ? el('button', { class: 'group', 'aria-expanded': 'true', style: `height:${GROUP}px` }, text)
  : el('div', { class: 'group', role: 'heading', 'aria-level': '3', style: `height:${GROUP}px` }, text));
const rowNode = (row) => {
  const chosen = row.key === state.selected;
  const focused = row.key === state.focused;
  return el('div', { id: row.key, 'data-convid': row.convId, 'data-focusable-row': 'true', tabindex: '-1', role: 'option', 'aria-selected': String(chosen),
    'aria-label': labelOf(row), style: `height:${ROW}px`, onclick: () => openRow(row),
    ...(focused && { 'aria-setsize': String(list.rows.length), 'aria-posinset': String(list.rows.indexOf(row) + 1) }) });
};

const list = {
  rows: [], nodes: new Map(), more: false, loading: false,

  mount(parent) {
    this.scroller = el('div', { class: 'customScrollBar jEpCF', 'data-is-scrollable': 'true' });
    this.scroller.addEventListener('scroll', () => this.scrolled());
    parent.replaceChildren(el('div', { role: 'listbox', tabindex: '0', 'aria-multiselectable': 'true', 'aria-label': words.list, class: 'OPZZt' }, this.scroller));
  },

  reset({ rows, more }) {
    Object.assign(this, { rows: [], nodes: new Map(), initial: rows.length, failed: undefined });
    state.focused = rows[0]?.key;
    this.scroller.scrollTop = 0;
    this.append({ rows, more });
  },

  append({ rows, more }) {
    const known = new Set(this.rows.map((row) => row.key));
    this.rows.push(...rows.filter((row) => !known.has(row.key)));
    this.more = more && rows.length > 0;
    this.draw();
  },

  near(entry, margin) {
    const height = entry.group ? GROUP : ROW;
    const from = this.scroller.scrollTop - margin;
    return entry.top + height > from && entry.top < from + this.scroller.clientHeight + 2 * margin;
  },

  nodeOf(entry, live) {
    if (entry.group) return groupNode(entry.group);
    const node = this.nodes.get(entry.row.key) ?? rowNode(entry.row);
    this.nodes.set(entry.row.key, node);
    if (live && !node.firstChild) node.append(contentOf(entry.row));
    if (!live) node.replaceChildren();
    return node;
  },

  // Older builds empty the rows far from the view but keep their frames; newer ones take them out of the document.
  draw() {
    const { entries, height } = entriesOf(this.rows);
    let children;
    if (boot.virtualization === 'placeholder') {
      const first = new Set(this.rows.slice(0, this.initial));
      children = entries.map((entry) => this.nodeOf(entry, first.has(entry.row) || this.near(entry, KEPT)));
    } else {
      const alive = entries.filter((entry) => this.near(entry, ROW));
      const above = alive[0]?.top ?? 0;
      const below = height - (alive.length ? alive.at(-1).top + (alive.at(-1).group ? GROUP : ROW) : 0);
      children = [el('div', { style: `height:${above}px` }), ...alive.map((entry) => this.nodeOf(entry, true)), el('div', { style: `height:${below}px` })];
    }
    if (this.loading) children.push(el('div', { class: 'ms-Spinner', role: 'progressbar', 'aria-label': words.loading }, words.loading));
    if (this.failed) children.push(el('div', { class: 'listError', role: 'alert' }, words.failed));
    this.scroller.replaceChildren(...children);
  },

  scrolled() {
    const top = this.scroller.scrollTop;
    this.draw();
    this.scroller.scrollTop = top;
    if (this.scroller.scrollHeight - top - this.scroller.clientHeight < 600) this.loadMore();
  },

  async loadMore() {
    if (!this.more || this.loading) return;
    const folder = state.folder;
    this.loading = true;
    this.draw();
    const page = await findRows(folder, this.rows.at(-1).key).catch((failure) => { this.failed = failure; });
    this.loading = false;
    if (page && folder === state.folder) this.append(page); else this.draw();
  },

  // The open row and its neighbour change their labels: they are made anew.
  select(key) {
    for (const stale of [state.selected, state.focused, key]) this.nodes.delete(stale);
    Object.assign(state, { selected: key, focused: key ?? state.focused });
    this.draw();
  },
};
