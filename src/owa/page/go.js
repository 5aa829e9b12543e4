({ item, patience }) => new Promise((done) => {
  const middle = (item) => {
    item.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    const box = item.getBoundingClientRect();
    return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  };
  const began = performance.now();
  const look = () => {
    const found = document.querySelector(item);
    if (found && found.contains(middle(found))) done(true);
    else if (performance.now() - began > patience) done(false);
    else setTimeout(look, 50);
  };
  look();
})
