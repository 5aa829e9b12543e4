// A person with a browser at oidc-provider's pages: follows redirects with cookies, fills in the one form of each page.
const plain = (text) => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
const attribute = (tag, name) => { const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag); return found ? plain(found[1]) : undefined; };

class Browser {
  #cookies = new Map();

  async send(url, options = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', ...options, headers: { cookie, ...options.headers } });
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0].split(/=(.*)/s);
      this.#cookies.set(name, value);
    }
    return answer;
  }

  // Follows redirects within the site; answers the page, or the address that leads elsewhere.
  async open(url, options) {
    const site = new URL(url).origin;
    let [here, answer] = [url, await this.send(url, options)];
    for (let hops = 0; answer.status >= 300 && answer.status < 400 && hops < 20; hops += 1) {
      here = new URL(answer.headers.get('location'), here).href;
      if (new URL(here).origin !== site) return { left: here };
      answer = await this.send(here);
    }
    return { here, html: await answer.text() };
  }

  post(url, fields) {
    return this.open(url, { method: 'POST', body: new URLSearchParams(fields) });
  }
}

const form = ({ here, html }) => {
  const [tag] = /<form[^>]*>/.exec(html) ?? [];
  if (!tag) return undefined;
  const inputs = html.match(/<input[^>]*>/g) ?? [];
  const fields = Object.fromEntries(inputs.map((input) => [attribute(input, 'name'), attribute(input, 'value') ?? '']));
  return { action: new URL(attribute(tag, 'action'), here).href, fields };
};

const ended = (page) => ({ url: page.here, text: page.html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').trim() });

// Goes on until the browser has left the site or a page has no form. A device that was refused ends at the form for another code.
const walk = async (browser, first, { accept, userCode }) => {
  let page = first;
  for (let step = 0; step < 10; step += 1) {
    if (page.left) return { url: page.left };
    const next = form(page);
    if (!next) return ended(page);
    const { action, fields } = next;
    const cancel = /href="([^"]*\/abort)"/.exec(page.html);
    if (!accept && cancel) page = await browser.open(new URL(plain(cancel[1]), page.here).href);
    else if (!accept && fields.confirm) return ended(await browser.post(action, { ...fields, abort: 'yes' }));
    else {
      if ('login' in fields) Object.assign(fields, { login: 'somebody', password: 'any' });
      if ('user_code' in fields && !fields.confirm) fields.user_code = userCode;
      page = await browser.post(action, fields);
    }
  }
  throw new Error('still no end after ten pages');
};

export const visit = async (url, accept) => {
  const browser = new Browser();
  return walk(browser, await browser.open(url), { accept });
};

export const typeCode = async (issuer, userCode, accept) => {
  const browser = new Browser();
  return walk(browser, await browser.open(`${issuer}/device`), { accept, userCode });
};
