/* What a page is asked in the browser. Each answer is a list of what is wrong, in words. */
(() => {
  const visible = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const named = (e) => `<${e.tagName.toLowerCase()}${e.id ? " #" + e.id : ""}> ${(e.innerText || e.value || e.getAttribute("aria-label") || "").trim().slice(0, 40)}`;
  const FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], iframe";

  window.__stops = () => {
    const found = [];
    const groups = new Set();
    for (const e of document.querySelectorAll(FOCUSABLE)) {
      if (e.disabled || e.tabIndex < 0 || !e.checkVisibility({ visibilityProperty: true })) continue;
      if (e.matches("input[type=radio]")) {
        const group = (e.form ? [...document.forms].indexOf(e.form) : "") + e.name;
        const chosen = [...document.querySelectorAll("input[type=radio]")].find((r) => r.name === e.name && r.form === e.form && r.checked);
        if (chosen ? chosen !== e : groups.has(group)) continue;
        groups.add(group);
      }
      found.push(e);
    }
    return found;
  };

  /* The things on the page that stand for themselves, each by what it is made of: of two alike one is looked at. */
  const made = (e) => {
    const told = ["role", "type", "href", "checked", "disabled", "open", "hidden", "aria-current", "aria-invalid", "aria-expanded"].filter((name) => e.hasAttribute(name));
    const inside = new Set([...e.childNodes].map((n) => (n.nodeType === 1 ? made(n) : n.nodeType === 3 && n.data.trim() ? "text" : "")));
    return `${e.tagName}.${[...e.classList].sort().join(".")}[${told}](${[...inside].join()})`;
  };
  const hash = (words) => {
    let [one, two] = [0xdeadbeef, 0x41c6ce57];
    for (let at = 0; at < words.length; at++) {
      one = Math.imul(one ^ words.charCodeAt(at), 2654435761);
      two = Math.imul(two ^ words.charCodeAt(at), 1597334677);
    }
    return `${(one >>> 0).toString(36)}-${(two >>> 0).toString(36)}`;
  };
  const ROOMS = "main, form, section, article, .govuk-width-container, [class^='govuk-grid-'], div:not([class])";
  window.__things = () => {
    window.__found = [];
    const enter = (room) => {
      for (const e of room.children) {
        if (e.matches("script, style")) continue;
        if (e.matches(ROOMS)) enter(e);
        else window.__found.push(e);
      }
    };
    enter(document.body);
    return window.__found.map((e) => hash(made(e)));
  };
  window.__axe = (options, known) => {
    const exclude = window.__found.filter((_, at) => known.includes(at));
    return axe.run(exclude.length ? { include: [document.documentElement], exclude } : document, options).then((found) => found.violations);
  };

  /* Too wide, or cut off: an element that hides what does not fit into it. */
  window.__narrow = () => {
    const wrong = [];
    const wide = document.documentElement.scrollWidth;
    if (wide > innerWidth) {
      const culprit = [...document.querySelectorAll("body *")].filter((e) => visible(e) && e.getBoundingClientRect().right > innerWidth + 1).pop();
      wrong.push(`has to be scrolled sideways: ${wide} of ${innerWidth} pixels, ${culprit ? named(culprit) : ""}`);
    }
    for (const e of document.querySelectorAll("main *, header *, footer *")) {
      if (!visible(e) || e.clientWidth <= 1 || e.matches(".govuk-visually-hidden, .govuk-visually-hidden *, option, optgroup, svg *")) continue;
      const { overflowX, overflowY } = getComputedStyle(e);
      if ((overflowX === "visible" && overflowY === "visible") || e.matches("input, textarea, select")) continue;
      const box = e.getBoundingClientRect();
      const out = [...e.querySelectorAll("*")].find((inner) => {
        const words = [...inner.childNodes].find((n) => n.nodeType === 3 && n.data.trim());
        if (!visible(inner) || !words) return false;
        const range = document.createRange();
        range.selectNodeContents(words);
        const at = range.getBoundingClientRect();
        const across = at.right > box.right + 1 && overflowX !== "visible";
        const below = at.bottom > box.bottom + 2 && ["hidden", "clip"].includes(overflowY);
        return (across || below) && !inner.closest(".govuk-visually-hidden") && ![...e.querySelectorAll("*")].some((room) => room.contains(inner) && room.clientWidth <= 1 && room.matches("thead, div"));
      });
      if (out) wrong.push(`is cut off, or has to be scrolled by itself: ${named(out)}`);
    }
    return wrong;
  };

  /* Listens while Tab is pressed. The first Tab goes to the first stop: nothing has the focus before. */
  window.__settled = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  window.__opened = () => {
    const menu = document.querySelector(".govuk-js-service-navigation-toggle:not([hidden])");
    if (menu && menu.getAttribute("aria-expanded") === "false") menu.click();
    for (const details of document.querySelectorAll("details")) details.open = true;
  };
  window.__listen = () => {
    const before = document.createElement("span");
    before.tabIndex = -1;
    document.body.prepend(before);
    scrollTo(0, 0);
    before.focus();
    before.remove();
    window.__met = [];
    window.__wrong = [];
    document.addEventListener("focusin", (event) => {
      const e = event.target;
      window.__met.push(e);
      const style = getComputedStyle(e);
      const own = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
      const label = e.matches("input[type=radio], input[type=checkbox]") && e.nextElementSibling ? getComputedStyle(e.nextElementSibling, "::before") : null;
      const around = e.closest(".govuk-details__summary, .govuk-file-upload-button, .govuk-skip-link");
      const beside = (label && (label.outlineStyle !== "none" || label.boxShadow !== "none")) || (around && getComputedStyle(around).outlineStyle !== "none");
      if (!own && !beside && style.boxShadow === "none") window.__wrong.push(`the focus on ${named(e)} cannot be seen`);
    }, true);
  };

  /* Whether what has the focus can be seen at all: not wholly under what sticks to the edges (WCAG 2.4.11). */
  window.__covered = () => {
    const e = document.activeElement;
    if (!e || e === document.body) return "";
    const box = e.getBoundingClientRect();
    const around = e.matches("input[type=radio], input[type=checkbox]") && e.nextElementSibling ? e.nextElementSibling.getBoundingClientRect() : box;
    for (const [x, y] of [[0.5, 0.5], [0.02, 0.1], [0.98, 0.1], [0.02, 0.9], [0.98, 0.9]]) {
      const top = document.elementFromPoint(around.left + around.width * x, around.top + around.height * y);
      if (top && (top === e || e.contains(top) || top.contains(e) || top.closest("label")?.control === e || top === e.nextElementSibling)) return "";
    }
    const line = e.getClientRects()[0];
    if (line) {
      const top = document.elementFromPoint(line.left + line.width / 2, line.top + line.height / 2);
      if (top && (top === e || e.contains(top))) return "";
    }
    return `${named(e)} is hidden where it has the focus`;
  };

  window.__tabbed = (atMost) => {
    const wrong = [...window.__wrong];
    const met = window.__met.filter((e, at, all) => e !== all[at - 1]);
    const expected = window.__expected.slice(0, atMost);
    for (let at = 0; at < expected.length; at++) {
      if (met[at] !== expected[at]) {
        wrong.push(`Tab ${at + 1} comes to ${met[at] ? named(met[at]) : "nothing"}, and ${named(expected[at])} is next on the page`);
        break;
      }
    }
    return wrong;
  };

  /* The lines of the page as they are seen. */
  window.__words = () => document.querySelector("main")?.innerText.split("\n").map((line) => line.replace(/\s+/g, " ").trim()).filter(Boolean) ?? [];
  /* Everything that can be used is there; what a choice opens, once that is chosen. */
  window.__unusable = () => {
    const wrong = [];
    for (const e of document.querySelectorAll("main :is(a[href], button, input:not([type=hidden]), select, textarea, summary)")) {
      for (let room = e.closest(".escalation-opens"); room; room = room.parentElement.closest(".escalation-opens"))
        room.previousElementSibling.querySelector("input").checked = true;
      const scriptsAlone = e.matches("button[type=button]"); // it sends nothing: without a script there is nothing for it to do
      if (!e.checkVisibility() && !scriptsAlone && !e.closest("[popover]")) wrong.push(`${named(e)} cannot be reached`);
    }
    return wrong;
  };
})();
