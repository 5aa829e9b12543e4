new Promise((done) => {
  const middle = (item) => {
    item.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    const box = item.getBoundingClientRect();
    return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  };
  const began = performance.now();
  const look = () => {
    const item = document.querySelector(ITEM);
    if (item && item.contains(middle(item))) done(true);
    else if (performance.now() - began > PATIENCE) done(false);
    else setTimeout(look, 50);
  };
  look();
})
