/* On leaving a field of a part's form: send the form to be checked, and show each sentence beside its field. Nothing is
   saved, and without this file the Check button does the same. */

const form = document.querySelector("form[data-checked]");
let waiting = 0;
let asked = 0;

async function check() {
  const mine = ++asked;
  const answers = new FormData(form);
  answers.append("check", "yes");
  try {
    const answer = await fetch(form.dataset.checked, { method: "POST", body: answers, headers: { Accept: "application/json" } });
    if (!answer.ok || mine !== asked) return;
    show((await answer.json()).problems);
  } catch {
    /* Not reached: saving will say it. */
  }
}

function show(problems) {
  for (const place of form.querySelectorAll("[data-problems]")) {
    const field = place.dataset.problems;
    const sentences = known(field) ? problems[field] ?? [] : [];
    const shown = [...place.children].map((child) => child.dataset.sentence ?? child.lastChild.textContent);
    if (known(field) && shown.join("\n") !== sentences.join("\n")) {
      place.replaceChildren(...sentences.map(paragraph));
    }
  }
}

function paragraph(sentence) {
  const made = document.createElement("p");
  made.className = "escalation-problem";
  made.dataset.sentence = sentence;
  const said = document.createElement("span");
  said.className = "govuk-visually-hidden";
  said.textContent = "Problem: ";
  made.append(said, sentence);
  return made;
}

/* Of a new part, only fields that somebody has been at are spoken of: nobody is told off for what they have not come to yet.
   Of one that stands in the draft every field is, because what is changed in one may be wrong beside another. */
const left = new Set();
const known = (field) => field === "" || "whole" in form.dataset || left.has(field);

if (form) {
  form.addEventListener("focusout", (event) => {
    const place = event.target.closest("[data-field]");
    if (!place || place.contains(event.relatedTarget)) return;
    left.add(place.dataset.field);
    clearTimeout(waiting);
    waiting = setTimeout(check, 200);
  });
}
