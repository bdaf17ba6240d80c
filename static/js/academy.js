// Every page: the light to read by, menus, messages, toasts, questions before a destructive step, htmx.
// Nothing here is needed for a page to work.

const root = document.documentElement;

// --- light or dark: the server reads the cookie, so that no page flashes -------------------------

function showTheme(choice, theme) {
  for (const button of choice.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}

function keepTheme(theme) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  root.dataset.theme = theme;
}

for (const choice of document.querySelectorAll("[data-theme-choice]")) {
  showTheme(choice, root.dataset.theme);
  choice.hidden = false;
  choice.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    keepTheme(button.value);
    showTheme(choice, button.value);
  });
}

// --- menus close by Escape and by a click elsewhere ----------------------------------------------

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// --- in a wide window the outline of a course stands open beside the lesson -----------------------

const wide = matchMedia("(width >= 60rem)");

function openFolds() {
  for (const fold of document.querySelectorAll(".fold")) fold.open = wide.matches;
  scrollToCurrent();
}

// The outline scrolls by itself beside the lesson: the current lesson stands in its middle.
function scrollToCurrent() {
  const current = document.querySelector(".outline [aria-current]");
  const pane = current?.closest("aside");
  if (!pane) return;
  const middle = pane.getBoundingClientRect().top + pane.clientHeight / 2;
  pane.scrollTop += current.getBoundingClientRect().top - middle;
}

function openFoldOfTarget() {
  const fold = document.querySelector(".fold:target");
  if (fold) fold.open = true;
}

if (wide.matches) openFolds();
wide.addEventListener("change", openFolds);
openFoldOfTarget();
window.addEventListener("hashchange", openFoldOfTarget);

// All lessons of the current module took the place of those around it: the focus was on a link that is gone.
document.addEventListener("htmx:afterSettle", (event) => {
  const current = event.target.closest(".outline") && event.target.querySelector("[aria-current]");
  if (!current) return;
  scrollToCurrent();
  current.focus({ preventScroll: true });
});

// --- messages in the page can be closed; toasts go by themselves ---------------------------------

const toasts = document.querySelector("[data-toasts]");
const template = document.querySelector("[data-toast-template]");
const TOAST_MS = 6000;

function closeButton() {
  return template.content.querySelector("[data-close]").cloneNode(true);
}

function addToast({ text, level = "info" }) {
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.querySelector("p").textContent = text;
  if (level === "error" || level === "warning") toast.classList.add(`notice--${level}`);
  toasts.append(toast);
  if (level !== "error") setTimeout(() => toast.remove(), TOAST_MS);
}

if (toasts && template) {
  for (const notice of document.querySelectorAll("[data-messages] .notice")) notice.append(closeButton());
  document.addEventListener("academy:toast", (event) => addToast(event.detail));
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".notice [data-close]");
    if (button) button.closest(".notice").remove();
  });
}

// --- a destructive step asks: the fold of the page becomes a dialog ------------------------------

function asDialog(fold) {
  const panel = fold.querySelector(".confirm__panel");
  const title = panel.querySelector("h2");
  const dialog = document.createElement("dialog");
  title.id ||= `confirm-${Math.random().toString(36).slice(2)}`;
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", title.id);
  panel.querySelector("[data-close]").hidden = false;
  dialog.append(panel);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  });
  dialog.addEventListener("close", () => fold.querySelector("summary").focus());
  document.body.append(dialog);
  return dialog;
}

const dialogs = new WeakMap();

document.addEventListener("click", (event) => {
  const summary = event.target.closest("[data-confirm] > summary");
  if (!summary) return;
  event.preventDefault();
  const fold = summary.parentElement;
  if (!dialogs.has(fold)) dialogs.set(fold, asDialog(fold));
  dialogs.get(fold).showModal();
});

// --- what is wrong with a form is where the reader is --------------------------------------------

document.querySelector("[data-error-summary]")?.focus();

// --- a second click on a form that is on its way does nothing ------------------------------------

const SENT_MS = 5000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, SENT_MS);
});

window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// --- htmx: the token, and a word when a request fails --------------------------------------------

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
  if (token) event.detail.headers["X-CSRFToken"] = token;
});

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (!toasts) return;
    const conflict = event.detail.xhr?.status === 409;
    addToast({ text: conflict ? toasts.dataset.refused : toasts.dataset.failed, level: "error" });
  });
}
