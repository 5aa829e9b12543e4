// @ts-check
/**
 * What the pages do beyond links and forms: parts that are asked for again, and moments that stay true. All of it may be
 * missing.
 */

/** How often a part is asked for, ms; and so often for a while after a person came or did something. */
const SELDOM = 60_000;
const OFTEN = 3_000;
/** So many times it is asked for often. */
const TIMES = 20;

/** The one way by which text becomes elements: what comes from this server, which has escaped it. */
const policy = window.trustedTypes?.createPolicy("outlook-syncd", { createHTML: (html) => html });

/**
 * The first element of a text of this server's.
 * @param {string} html
 * @returns {Element | null}
 */
function element(html) {
  const trusted = /** @type {string} */ (/** @type {unknown} */ (policy?.createHTML(html) ?? html));
  return new DOMParser().parseFromString(trusted, "text/html").body.firstElementChild;
}

/**
 * Asks for a part of the page and puts it in its place where it has changed. What has the focus is left alone: a person is
 * at it.
 * @param {HTMLElement} part
 * @returns {Promise<void>}
 */
async function refresh(part) {
  if (part.contains(document.activeElement)) return;
  const { live, revision } = part.dataset;
  const answer = await fetch(`${live}?revision=${revision}`, { redirect: "manual" });
  if (answer.type === "opaqueredirect" || answer.status === 404) return location.reload();
  if (answer.status !== 200) return;
  const fresh = element(await answer.text());
  if (fresh && !part.contains(document.activeElement)) part.replaceWith(fresh);
}

/** @returns {void} */
function refreshAll() {
  /** @type {NodeListOf<HTMLElement>} */
  const parts = document.querySelectorAll("[data-live]");
  // A server that does not answer is asked again the next time.
  parts.forEach((part) => void refresh(part).then(tellMoments, () => undefined));
}

const relative = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60]];

/** Says each moment as far off as it is by now. Those of less than a minute stay as the server said them. */
function tellMoments() {
  document.querySelectorAll("time[datetime]").forEach((time) => {
    const seconds = (Date.parse(/** @type {HTMLTimeElement} */ (time).dateTime) - Date.now()) / 1000;
    const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size);
    if (unit) time.textContent = relative.format(Math.trunc(seconds / unit[1]), unit[0]);
  });
}

let often = TIMES;
/** @returns {void} */
function again() {
  setTimeout(() => {
    if (!document.hidden) refreshAll();
    tellMoments();
    again();
  }, !document.hidden && (often-- > 0 || document.querySelector("[data-soon]")) ? OFTEN : SELDOM);
}

document.addEventListener("visibilitychange", () => {
  often = TIMES;
  if (!document.hidden) refreshAll();
});
document.addEventListener("pointerdown", () => { often = TIMES; });
document.addEventListener("keydown", () => { often = TIMES; });
again();

/**
 * A sign-in in a popup. Microsoft's pages cut the popup off from the page that opened it, for good: they know each other by
 * this channel of the server's own pages. It says `begun`, `ended` and `heard`, each of an attempt, by its id.
 */
const popups = new BroadcastChannel("outlook-syncd-connect");
const { attempt } = document.querySelector("[data-attempt]")?.dataset ?? {};
const waits = !!document.querySelector("[data-attempt][data-soon]");

/** @type {HTMLFormElement | null} */
const opens = document.querySelector("form[data-popup]");
opens?.addEventListener("submit", () => {
  // A popup that is kept shut is none, and the form goes on in this window.
  opens.target = window.open("", opens.dataset.popup, "popup,width=520,height=680") ? opens.dataset.popup : "";
});

popups.addEventListener("message", ({ data }) => {
  if (opens?.target && data.begun) location.assign(`/ui/connect/attempts/${encodeURIComponent(data.begun)}`);
  if (waits && data.ended === attempt) {
    popups.postMessage({ heard: attempt });
    refreshAll();
  }
  if (!waits && attempt && data.heard === attempt) window.close();
});
if (attempt && !waits) popups.postMessage({ ended: attempt });

/** @type {HTMLAnchorElement | null} */
const onward = document.querySelector("a[data-begun]");
if (onward) {
  popups.postMessage({ begun: onward.dataset.begun });
  location.replace(onward.href);
}

/** @type {HTMLFormElement | null} */
const sends = document.querySelector("form[data-send]");
if (sends) {
  // What finishes a sign-in is left in no address.
  history.replaceState(null, "", location.pathname);
  sends.requestSubmit();
}
