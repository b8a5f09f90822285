/* Keeps what is being typed into a form marked data-keep on this device, encrypted, until the server has saved it, and offers
   it again on the same page. The key comes from the server, for the person who is signed in and this form, and stays in
   memory: what lies on the device tells nobody anything. Never kept: passwords, files, codes, hidden fields. Without a secure
   context nothing is kept, and without this file the form works all the same. */

const PREFIX = "keep:";
const SENT = "keep-sent";
const LAST = "keep-last";
const A_DAY = 24 * 60 * 60 * 1000;
const NEVER = /pass|code|token|otp/i;
const TYPES = new Set(["password", "file", "hidden", "submit", "button", "reset", "image"]);
const SIGNING_OUT = "/accounts/logout/";
// In English; a page of another language brings its own words as attributes of the form.
const SAYS = {
  saysBefore: "What you typed before",
  saysBack: "Put it back",
  saysAway: "Throw it away",
  saysWhen: "You typed this on {when} and it was not saved.",
  saysDevice: "You are not connected. What you typed is kept on this device. Try again when you are connected.",
  saysPage: "You are not connected. What you typed is still on this page. Try again when you are connected.",
};
const script = document.getElementById("keep");
const form = document.querySelector("form[data-keep]");
const able = window.isSecureContext && window.crypto?.subtle && stored() !== null;
let held = null; // { name, key } once the server has given it
let waiting = 0;
let sending = false;

function stored() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

// ---------------------------------------------------------------- what is on the device
function records() {
  return Object.keys(stored() ?? {}).filter((name) => name.startsWith(PREFIX));
}

function forget(names) {
  for (const name of names) stored().removeItem(name);
}

function tooOld(name) {
  try {
    return Date.now() - JSON.parse(stored().getItem(name)).at > A_DAY;
  } catch {
    return true;
  }
}

/* A form that was sent and led on to another page was saved: every page that saves answers with a redirect, and every refusal
   with a page of its own. To sign in is no answer. */
function tidy() {
  forget(records().filter(tooOld));
  const sent = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  const [way] = performance.getEntriesByType("navigation");
  if (sent && way?.type === "navigate" && way.redirectCount > 0 && !location.pathname.startsWith("/accounts/")) forget([sent]);
}

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
const bound = () => new TextEncoder().encode(held.name);

async function open() {
  const answer = await fetch(`${script.dataset.key}?at=${encodeURIComponent(location.pathname)}`);
  if (!answer.ok || answer.redirected) return;
  const given = await answer.json();
  const key = await crypto.subtle.importKey("raw", bytes(given.key), "AES-GCM", false, ["encrypt", "decrypt"]);
  held = { name: PREFIX + given.name, key };
}

async function keep() {
  clearTimeout(waiting);
  waiting = 0;
  if (!held) return;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(typed()));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound() }, held.key, plain);
  try {
    stored().setItem(held.name, JSON.stringify({ at: Date.now(), iv: text(iv), data: text(sealed) }));
  } catch {
    /* No room: the page has it still. */
  }
}

async function kept() {
  try {
    const { at, iv, data } = JSON.parse(stored().getItem(held.name));
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(iv), additionalData: bound() }, held.key, bytes(data));
    return { at, words: JSON.parse(new TextDecoder().decode(plain)) };
  } catch {
    return null;
  }
}

// ---------------------------------------------------------------- what is in the form
function fields() {
  return [...form.elements].filter(
    (field) => field.name && !TYPES.has(field.type) && !NEVER.test(field.name) && field.autocomplete !== "one-time-code",
  );
}

const choice = (field) => field.type === "radio" || field.type === "checkbox";

function typed() {
  return fields()
    .filter((field) => !choice(field) || field.checked)
    .map((field) => [field.name, field.value]);
}

function putBack(words) {
  for (const field of fields()) {
    const values = words.filter(([name]) => name === field.name).map(([, value]) => value);
    if (choice(field)) field.checked = values.includes(field.value);
    else if (values.length) field.value = values[0];
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

const line = (value) => value.replace(/\r\n/g, "\n");
const same = (one, other) => JSON.stringify(one.map(([n, v]) => [n, line(v)])) === JSON.stringify(other.map(([n, v]) => [n, line(v)]));

// ---------------------------------------------------------------- what is said
function made(tag, className, words = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = words;
  return element;
}

function button(words, className, act) {
  const element = made("button", `govuk-button ${className}`, words);
  element.type = "button";
  element.addEventListener("click", act);
  return element;
}

const says = (what) => form.dataset[what] ?? SAYS[what];

function when(at) {
  const language = document.documentElement.lang;
  const part = (options) => new Intl.DateTimeFormat(language, { timeZone: "Europe/London", ...options }).format(at);
  if (language !== "en-GB") {
    return part({ day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hour12: false });
  }
  const time = part({ hour: "numeric", minute: "2-digit", hour12: true }).replace(/\s/g, "").toLowerCase();
  return `${part({ day: "numeric", month: "long" })} at ${time}`;
}

function offer({ at, words }) {
  const place = made("section", "govuk-inset-text");
  place.setAttribute("aria-label", says("saysBefore"));
  const buttons = made("div", "govuk-button-group");
  const done = () => {
    place.remove();
    fields()[0]?.focus();
  };
  buttons.append(
    button(says("saysBack"), "", () => {
      putBack(words);
      done();
    }),
    button(says("saysAway"), "govuk-button--secondary", () => {
      forget([held.name]);
      done();
    }),
  );
  place.append(made("p", "govuk-body", says("saysWhen").replace("{when}", when(at))), buttons);
  form.before(place);
}

function notConnected() {
  form.querySelector("[data-keep-says]")?.remove();
  const place = made("div", "govuk-inset-text");
  place.dataset.keepSays = "";
  place.setAttribute("role", "alert");
  (form.querySelector(".govuk-button-group") ?? form.querySelector("button[type=submit]") ?? form.lastElementChild).before(place);
  place.textContent = says(held ? "saysDevice" : "saysPage");
}

// ---------------------------------------------------------------- sending
async function connected() {
  if (!navigator.onLine) return false;
  try {
    await fetch("/healthz", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(5000) });
    return true;
  } catch (problem) {
    return problem.name === "TimeoutError"; // slow is not gone
  }
}

async function send(event) {
  if (sending) return;
  event.preventDefault();
  const pressed = event.submitter;
  await keep();
  if (!(await connected())) return notConnected();
  sending = true;
  if (held) {
    sessionStorage.setItem(SENT, held.name);
    sessionStorage.setItem(LAST, held.name);
  }
  form.requestSubmit(pressed);
}

async function begin() {
  form.addEventListener("submit", send);
  window.addEventListener("pageshow", () => {
    sending = false;
  });
  if (!able) return;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, 300);
  });
  document.addEventListener("visibilitychange", () => document.hidden && waiting && !sending && keep());
  await open().catch(() => undefined);
  if (!held) return;
  const found = await kept();
  if (found && !same(found.words, typed())) offer(found);
}

if (stored()) {
  tidy();
  for (const out of document.querySelectorAll(`form[action^="${SIGNING_OUT}"]`)) {
    out.addEventListener("submit", () => forget(records()));
  }
  for (const again of document.querySelectorAll("form[data-keep-again]")) {
    again.addEventListener("submit", () => {
      const last = sessionStorage.getItem(LAST);
      if (last) sessionStorage.setItem(SENT, last);
    });
  }
}
if (form) begin();
