(() => {
  const scrolls = (element) =>
    element.scrollHeight > element.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(element).overflowY);
  let pane = document.querySelector('[role="option"][data-convid], [role="listbox"] [role="option"][id]');
  while (pane && !scrolls(pane)) pane = pane.parentElement;
  if (!pane) return;
  pane.scrollTop = pane.scrollHeight;
  pane.dispatchEvent(new Event('scroll'));
})()
