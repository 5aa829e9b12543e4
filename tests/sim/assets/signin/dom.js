// Small helpers that every view of the sign-in page uses.
const $c = window.$Config;

const el = (tag, attrs = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== undefined && child !== null));
  return node;
};
const byId = (id) => document.getElementById(id);
const hidden = (name, value) => el('input', { type: 'hidden', name, value: value ?? '' });
const button = (id, text, attrs = {}) =>
  el('input', { type: 'submit', id, class: 'win-button button_primary button ext-button primary btn btn-primary', value: text, ...attrs });
const back = (text, attrs = {}) =>
  el('input', { type: 'button', id: 'idBtn_Back', class: 'win-button button-secondary button btn', value: text, ...attrs });
const title = (text, id = 'loginHeader') =>
  el('div', { class: 'row title ext-title', id, role: 'heading', 'aria-level': '1' }, text);
const identity = (name) =>
  el('div', { class: 'identityBanner' }, el('div', { id: 'displayName', class: 'identity', title: name }, name));
const buttons = (...nodes) => el('div', { class: 'button-container' }, ...nodes);

// The form that every POST of this host shares: context, flow token and canary travel with it.
const form = (action, ...children) =>
  el('form', { name: 'f1', id: 'i0281', novalidate: 'novalidate', method: 'post', action, autocomplete: 'off' },
    ...children, hidden('canary', $c.canary), hidden('ctx', $c.sCtx), hidden('hpgrequestid', $c.sessionId),
    hidden($c.sFTName, $c.sFT), hidden('i19', '4217'));

const submitWith = (fields) => {
  const target = document.forms.f1;
  for (const [name, value] of Object.entries(fields)) target.append(hidden(name, value));
  target.submit();
};

// The real page keeps the wording of every error in hidden templates, so its mere presence in the HTML means nothing; the
// class and the role of an error has only one that is shown (aws-azure-login relies on it).
const templates = () => el('div', { id: 'templates', class: 'hide' },
  ...['Your account or password is incorrect.', 'Your account has been locked.', 'Your sign-in was blocked. You cannot access this right now.']
    .map((text) => el('div', { class: 'col-md-24' }, text)));

const show = (...children) => {
  const box = el('div', { id: 'lightbox', class: 'sign-in-box ext-sign-in-box', role: 'main' }, ...children);
  document.body.replaceChildren(box, templates());
  document.body.style.display = 'block';
};
