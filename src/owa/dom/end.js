new Promise((done) => {
  const scrolls = (element) =>
    element.scrollHeight > element.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(element).overflowY);
  const began = performance.now();
  const look = () => {
    let pane = document.querySelector('[role="option"][data-convid], [role="listbox"] [role="option"][id]');
    if (!pane && performance.now() - began < PATIENCE) return void setTimeout(look, 50);
    while (pane && !scrolls(pane)) pane = pane.parentElement;
    if (pane) pane.scrollTop = pane.scrollHeight;
    done();
  };
  look();
})
