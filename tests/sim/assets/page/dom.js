const el = (tag, attrs = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter(Boolean));
  return node;
};

// What the server wrote into the page, what startup told, and what is open now.
const boot = JSON.parse(document.getElementById('bootConfig').textContent);
const state = {};
let words;
let settings;
