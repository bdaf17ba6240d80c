// Typed work outlives a session that has ended: what is typed stays in this tab until the server has taken it,
// and is back when its page is opened again. Nothing here is needed for a form to work.
//
// <form data-keep="7">          text fields are kept, for the person with this id
//   data-answered               the fields hold what the server answered: that counts, not what was kept before
//   <input type="hidden" data-keep>   kept with them: says which state of things the words were written about
// <p data-kept="…">             says that text is back (components/kept.html)
// <… data-taken>                a message: what was posted last is stored
// <form data-forget>            signs out: nothing stays in the tab

const KEPT = "kept:";
const LAST_SENT = "kept-last-sent";
const TAKEN = "taken"; // stands for words that the server has: also the browser's own way back must not bring them
const NOT_TEXT = ["hidden", "password", "file", "checkbox", "radio", "submit", "button"];

// --- the tab's memory, which may be switched off or full --------------------------------------------

function recall(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

function remember(key, value) {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // The form works without.
  }
}

function forgetAll() {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(KEPT)) sessionStorage.removeItem(key);
  } catch {
    // Nothing was kept.
  }
  remember(LAST_SENT, null);
}

// --- a form and what is kept of it ------------------------------------------------------------------

function keyOf(form) {
  return `${KEPT}${form.dataset.keep}:${location.pathname}`;
}

function textFields(form) {
  const fields = [...form.querySelectorAll("input, textarea")];
  return fields.filter((field) => field.name && !NOT_TEXT.includes(field.type));
}

function keep(form) {
  const isTyped = (field) => "answered" in form.dataset || field.value !== field.defaultValue;
  const typed = textFields(form).filter(isTyped);
  const about = [...form.querySelectorAll("input[data-keep]")];
  const words = Object.fromEntries([...about, ...typed].map((field) => [field.name, field.value]));
  remember(keyOf(form), typed.length ? words : null);
}

function bringBack(form) {
  const words = recall(keyOf(form));
  if (!words || words === TAKEN) return;
  const known = textFields(form).filter((field) => field.name in words);
  const lost = known.filter((field) => field.value === field.defaultValue && field.value !== words[field.name]);
  if (known.every((field) => field.defaultValue === words[field.name])) remember(keyOf(form), null);
  if (lost.length) show(form, lost, words);
}

function show(form, fields, words) {
  for (const field of [...form.querySelectorAll("input[data-keep]"), ...fields]) field.value = words[field.name];
  const fold = form.closest("details");
  if (fold) fold.open = true;
  const says = form.querySelector("[data-kept]");
  if (says) says.textContent = says.dataset.kept;
}

// --- when ------------------------------------------------------------------------------------------

const forms = [...document.querySelectorAll("form[data-keep]")];

if (document.querySelector("[data-taken]")) {
  const sent = recall(LAST_SENT);
  if (sent) remember(sent, TAKEN);
  remember(LAST_SENT, null);
}

for (const form of forms) {
  if ("answered" in form.dataset) keep(form);
  else bringBack(form);
  form.addEventListener("input", () => keep(form));
}

document.addEventListener("submit", ({ target: form }) => {
  if (form.matches("[data-forget]")) forgetAll();
  if (!forms.includes(form)) return;
  keep(form);
  remember(LAST_SENT, keyOf(form));
});

// On the way back the browser itself puts in what stood there: what has been taken since must not stand there.
window.addEventListener("pageshow", (event) => {
  const taken = forms.filter((form) => recall(keyOf(form)) === TAKEN);
  if (event.persisted && taken.length) location.replace(location.href);
  for (const form of taken) form.reset();
});
