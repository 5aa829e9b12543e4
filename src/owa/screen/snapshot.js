({ elements, methods }) => {
  const shown = (element) =>
    element.checkVisibility({ visibilityProperty: true }) && !element.closest('.moveOffScreen, [aria-hidden="true"]');
  const visible = (selector) => [...document.querySelectorAll(selector)].some(shown);
  const text = (selector) => {
    const element = [...document.querySelectorAll(selector)].find(shown);
    return element ? element.textContent.trim().slice(0, 16) : null;
  };
  const config = window.$Config || window.ServerData || {};
  const page = document.querySelector('meta[name="PageID"]');
  const body = document.body && !document.querySelector(elements.app) ? document.body.innerText.slice(0, 100000) : '';
  return {
    url: location.href,
    title: document.title.slice(0, 80),
    page_id: (page && page.content) || config.pgid || null,
    error_code: config.sErrorCode || (config.iErrorCode ? String(config.iErrorCode) : null),
    aadsts: [...body.matchAll(/AADSTS(\d{5,7})/g)].map((found) => Number(found[1])).slice(0, 8),
    visible: [...Object.values(elements), ...methods].filter(visible),
    number: text(elements.number),
    inputs: [...document.querySelectorAll('input, button')].filter(shown).map((input) => input.id).filter(Boolean).slice(0, 20),
    plain: document.scripts.length === 0 && body.trim() !== '',
    loaded: document.readyState === 'complete',
    status: performance.getEntriesByType('navigation')[0]?.responseStatus ?? 0,
  };
}
