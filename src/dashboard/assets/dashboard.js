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
 * @returns {HTMLElement | null}
 */
function element(html) {
  const trusted = /** @type {string} */ (/** @type {unknown} */ (policy?.createHTML(html) ?? html));
  return new DOMParser().parseFromString(trusted, "text/html").body.querySelector("*");
}

/**
 * What stands in a fresh part for what had the focus in the old one.
 * @param {Element} focused
 * @param {Element} fresh
 * @returns {HTMLElement | null}
 */
function twin(focused, fresh) {
  const key = ["id", "href", "name"].find((name) => focused.hasAttribute(name));
  if (key) return fresh.querySelector(`${focused.localName}[${key}="${CSS.escape(focused.getAttribute(key) ?? "")}"]`);
  const action = focused.closest("form")?.getAttribute("action");
  return action ? fresh.querySelector(`form[action="${CSS.escape(action)}"] ${focused.localName}`) : null;
}

/**
 * Whether a person is at something that must not move: a text they write, or one that they have marked.
 * @param {Element} part
 * @param {Element} fresh
 * @returns {boolean}
 */
function isBusy(part, fresh) {
  const { activeElement: focused } = document;
  const marked = getSelection();
  const isMarking = marked !== null && !marked.isCollapsed && marked.containsNode(part, true);
  return isMarking || (focused !== null && part.contains(focused) && focused.matches("input, select, textarea") && twin(focused, fresh) !== null);
}

/**
 * Puts a fresh part in the place of the old one. The focus stays where it was, or goes to the page's beginning where that
 * is no more; what is new about it is said aloud.
 * @param {HTMLElement} part
 * @param {HTMLElement} fresh
 */
function put(part, fresh) {
  if (isBusy(part, fresh)) return;
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  part.replaceWith(fresh);
  if (focused) (twin(focused, fresh) ?? document.querySelector("main"))?.focus({ preventScroll: true });
  const voice = document.getElementById("said");
  if (voice && fresh.dataset.said && fresh.dataset.said !== part.dataset.said) voice.textContent = fresh.dataset.said;
}

/**
 * Asks for a part of the page and puts it in its place where it has changed.
 * @param {HTMLElement} part
 * @returns {Promise<void>}
 */
async function refresh(part) {
  const { live, revision } = part.dataset;
  const answer = await fetch(`${live}?revision=${revision}`, { redirect: "manual" });
  // What is asked for is over: the page itself says so, and asks for nothing more.
  if (answer.type === "opaqueredirect" || [404, 410].includes(answer.status)) return location.reload();
  if (answer.status !== 200) return;
  const fresh = element(await answer.text());
  if (fresh) put(part, fresh);
}

/** @returns {void} */
function refreshAll() {
  /** @type {NodeListOf<HTMLElement>} */
  const parts = document.querySelectorAll("[data-live]");
  // A server that does not answer is asked again the next time.
  parts.forEach((part) => void refresh(part).then(tellMoments, () => undefined));
}

const instant = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [["year", 31_556_952], ["month", 2_629_746], ["day", 86_400], ["hour", 3_600], ["minute", 60]];

/**
 * How a moment is said: the instant itself, or as far off as it is by now. Less than a minute is as the server said it.
 * @param {HTMLTimeElement} time
 * @returns {string | undefined}
 */
function told(time) {
  const at = Date.parse(time.dateTime);
  if ("exact" in time.dataset) return instant.format(at);
  const seconds = (at - Date.now()) / 1000;
  const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size);
  return unit && relative.format(Math.trunc(seconds / unit[1]), unit[0]);
}

/** Says each moment as it is said here and now. */
function tellMoments() {
  document.querySelectorAll("time").forEach((time) => { time.textContent = told(time) ?? time.textContent; });
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
tellMoments();
again();

/**
 * A sign-in in a popup. Microsoft's pages cut the popup off from the page that opened it, for good: they know each other by
 * this channel of the server's own pages. It says `begun`, `ended` and `heard`, each of an attempt, by its id.
 */
const popups = new BroadcastChannel("outlook-syncd-connect");
/** @type {HTMLElement | null} */
const stands = document.querySelector("[data-attempt]");
const attempt = stands?.dataset.attempt;
const waits = stands !== null && "soon" in stands.dataset;

/** @type {HTMLFormElement | null} */
const opens = document.querySelector("form[data-popup]");
opens?.addEventListener("submit", () => {
  // A popup that is kept shut is none, and the form goes on in this window.
  const name = opens.dataset.popup ?? "";
  opens.target = window.open("", name, "popup,width=520,height=680") ? name : "";
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
