((whole) => {
  const row = document.querySelector('[role="option"][data-convid], [role="listbox"] [role="option"][id]');
  let pane = row;
  const scrolls = (element) =>
    element.scrollHeight > element.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(element).overflowY);
  while (pane && !scrolls(pane)) pane = pane.parentElement;
  if (!pane) return true;
  pane.scrollTop = whole ? pane.scrollHeight : pane.scrollTop + pane.clientHeight * 0.8;
  pane.dispatchEvent(new Event('scroll'));
  return pane.scrollTop + pane.clientHeight >= pane.scrollHeight - 2;
})(WHOLE)
