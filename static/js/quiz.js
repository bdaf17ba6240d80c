// A quiz under way: answers are kept as they are given, the clock runs, at zero the work is handed in.
// Without this script the page still works: its buttons save, and the server keeps the time.
//
// <form data-autosave action="…/answers/3/">  posts choice or text, and sequence as the page has it
// <button data-next="?item=4">                goes there when all is kept; without it the button only saves
// <a data-after-save>                         goes when all is kept
// <… data-while-open>                         goes away when the attempt has been handed in elsewhere
// <span data-save-state data-saved=… …>       says how it went (components/save_state.html)
// <a data-item="3" data-label=… …>            marks a question that is answered (assessments/_pager.html)
// <div data-percent="{percent} %">            says how many are, around components/progress.html
// <p class="clock" data-remaining="1122">     whole seconds, counted by the server (components/clock.html)
// <form data-hand-in action="…/submit/">      is sent when the time is over

const TYPING_MS = 800;
const REPLY_MS = 20000;
const RETRY_MS = [1000, 2000, 4000, 8000, 15000];

function say(text, level) {
  if (text) document.dispatchEvent(new CustomEvent("academy:toast", { detail: { text, level } }));
}

// Signing in again in another tab makes a new token; the cookie has it, this page's forms have the old one.
function csrfToken(form) {
  const cookies = document.cookie.split("; ").map((cookie) => cookie.split("="));
  const found = ["__Host-csrftoken", "csrftoken"].map((name) => cookies.find(([key]) => key === name)?.[1]);
  return found.find(Boolean) ?? form.elements.namedItem("csrfmiddlewaretoken").value;
}

// Sent to the sign-in, an old token, or somebody else has signed in, for whom this attempt does not exist.
function isSignedOut(answer) {
  return answer.redirected || answer.status === 403 || answer.status === 404;
}

// Handed in elsewhere, or the time is over. A newer answer to the same question is another matter.
function isOver(answer, told) {
  return answer.status === 409 && !("sequence" in told);
}

// On a slow line an answer may be given before this script has come: no event tells it of that.
function isChanged(form) {
  return [...form.querySelectorAll("input, textarea, select")].some((field) => {
    if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
    if (!field.options) return field.value !== field.defaultValue;
    const options = [...field.options];
    const shown = options.filter((option) => option.defaultSelected);
    if (!shown.length && !field.multiple) shown.push(options[0]);
    return options.some((option) => option.selected !== shown.includes(option));
  });
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.state = form.querySelector("[data-save-state]") ?? document.querySelector("[data-save-state]");
    this.dirty = false; // changed since the last request was put together
    this.sent = null; // that request, until it is answered
    this.running = null;
    this.failures = 0;
    this.reason = null;
    this.refused = false;
    this.warned = false;
    form.addEventListener("input", (event) => this.changed(event.target.type === "textarea" || event.target.type === "text"));
    form.addEventListener("change", () => this.changed(false));
    window.addEventListener("online", () => this.flush());
    if (isChanged(form)) this.changed(false);
  }

  changed(typing) {
    this.dirty = true;
    this.warned = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), typing ? TYPING_MS : 0);
  }

  show(state, text = this.state?.dataset[state]) {
    if (!this.state) return;
    this.state.dataset.state = state;
    this.state.textContent = (state === "saved" ? "✓ " : "") + text;
  }

  // Behind the words, the way on.
  lead(words, href, attributes = {}) {
    const link = Object.assign(document.createElement("a"), { textContent: words, href, ...attributes });
    this.state?.append(" ", link);
  }

  // One request at a time for a question: what changes meanwhile goes with the next.
  flush() {
    clearTimeout(this.timer);
    if (!this.unsaved) return Promise.resolve();
    this.running ??= this.save().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  // When a reply got lost, the answer may be stored: the same again is then answered as kept, while other
  // content with the same sequence would be refused as stale. So what changed meanwhile goes afterwards.
  async save() {
    if (!this.sent) this.pack();
    if (!this.failures) this.show("saving");
    try {
      const answer = await this.post();
      if (isSignedOut(answer)) this.signedOut();
      else if (answer.ok) await this.kept(answer);
      else await this.notKept(answer);
    } catch {
      this.retry();
    }
  }

  pack() {
    this.sent = new URLSearchParams(new FormData(this.form));
    this.sent.delete("csrfmiddlewaretoken");
    this.dirty = false;
  }

  post() {
    return fetch(this.form.action, {
      method: "POST",
      body: this.sent,
      headers: { Accept: "application/json", "X-CSRFToken": csrfToken(this.form) },
      credentials: "same-origin",
      keepalive: true,
      signal: AbortSignal.timeout(REPLY_MS),
    });
  }

  async kept(answer) {
    const { sequence } = await answer.json();
    const field = this.form.elements.namedItem("sequence");
    if (field && sequence !== undefined) field.value = sequence;
    this.sent = null;
    this.failures = 0;
    this.reason = null;
    this.warned = false;
    if (this.dirty) return this.save();
    this.show("saved");
    this.markAnswered();
  }

  async notKept(answer) {
    if (answer.status >= 500 || answer.status === 429) return this.retry();
    this.refused = true;
    const told = await answer.json().catch(() => ({}));
    this.reason = Object.values(told).flat()[0] ?? this.state?.dataset.refused;
    this.show("refused", this.reason);
    if (isOver(answer, told)) this.over();
    say(this.reason, "error");
  }

  signedOut() {
    const { signedOut, signIn, signInUrl } = this.state?.dataset ?? {};
    this.retry(signedOut);
    this.lead(signIn, signInUrl, { target: "_blank", rel: "noopener" });
  }

  over() {
    for (const part of document.querySelectorAll("[data-while-open]")) part.hidden = true;
    stopClock();
    this.lead(this.state?.dataset.result, this.state?.dataset.resultUrl);
  }

  retry(reason = this.state?.dataset.failed) {
    this.show("failed", reason);
    if (reason !== this.reason) say(reason, "warning");
    this.reason = reason;
    const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)];
    this.failures += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), wait);
  }

  // Why the page stays, and how to leave it all the same.
  warn() {
    this.state?.scrollIntoView({ block: "nearest" });
    if (!this.warned) say([this.reason, this.state?.dataset.again].join(" "), "warning");
    this.warned = true;
  }

  markAnswered() {
    const given = this.isAnswered;
    for (const mark of document.querySelectorAll(`.pager [data-item="${this.form.dataset.item}"]`)) {
      mark.classList.toggle("is-answered", given);
      mark.setAttribute("aria-label", given ? mark.dataset.labelAnswered : mark.dataset.label);
    }
    showProgress();
  }

  get isAnswered() {
    return Boolean(this.form.querySelector("input:checked") || this.form.querySelector("textarea")?.value.trim());
  }

  get unsaved() {
    return !this.refused && (this.dirty || this.sent !== null);
  }

  get stuck() {
    return this.unsaved || this.refused;
  }
}

function showProgress() {
  const marks = [...document.querySelectorAll(".pager [data-item]")];
  const answered = marks.filter((mark) => mark.classList.contains("is-answered"));
  const percent = Math.floor((100 * answered.length) / marks.length);
  for (const bar of document.querySelectorAll("[data-percent]")) {
    bar.querySelector("progress").value = percent;
    bar.querySelector("span").textContent = bar.dataset.percent.replace("{percent}", percent);
  }
}

function asText(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = two(seconds % 60);
  return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

// The server counts; between two pages this only shows. Words are said at five minutes, at one, and at the end.
function runClock(clock, onZero) {
  const end = Date.now() + Number(clock.dataset.remaining) * 1000;
  const says = document.querySelector("[data-clock-says]");
  const said = new Set();
  const tell = (key) => {
    if (said.has(key) || !says) return;
    said.add(key);
    says.textContent = clock.dataset[key];
  };
  const tick = () => {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    clock.textContent = asText(left);
    clock.classList.toggle("clock--soon", left <= 300 && left > 60);
    clock.classList.toggle("clock--last", left <= 60);
    if (left === 0) {
      clearInterval(timer);
      tell("over");
      onZero();
    } else if (left <= 60) tell("last");
    else if (left <= 300) tell("soon");
  };
  const timer = setInterval(tick, 1000);
  tick();
  return () => clearInterval(timer);
}

const saves = [...document.querySelectorAll("form[data-autosave]")].map((form) => new Autosave(form));
const clock = document.querySelector(".clock[data-remaining]");
const handIn = document.querySelector("form[data-hand-in]");
let leaving = false;
let stopClock = () => {};

// Also what changes while it waits. Afterwards only what failed or was refused is not kept.
async function keepAll() {
  do await Promise.all(saves.map((save) => save.flush()));
  while (saves.some((save) => save.unsaved && !save.failures));
}

// Leaves when every answer of the page is kept. If one can't be, that is said, and the second time the reader goes.
async function goOn(url) {
  const told = saves.filter((save) => save.warned);
  await keepAll();
  const stuck = saves.filter((save) => save.stuck && !told.includes(save));
  stuck.forEach((save) => save.warn());
  if (!stuck.length) location.assign(url);
}

async function onlySave(save) {
  await keepAll();
  if (!save.stuck) save.show(save.isAnswered ? "saved" : "empty");
}

function atZero() {
  const wait = new Promise((resolve) => setTimeout(resolve, 2000));
  Promise.race([keepAll(), wait]).then(() => {
    if (!handIn) return;
    leaving = true;
    handIn.elements.namedItem("csrfmiddlewaretoken").value = csrfToken(handIn);
    handIn.submit();
  });
}

if (clock) stopClock = runClock(clock, atZero);

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-after-save]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !saves.some((save) => save.stuck)) return;
  event.preventDefault();
  goOn(link.href);
});

// The browser's own way would send one form of the page, with a sequence that a save under way makes old.
for (const save of saves) {
  save.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const next = event.submitter?.dataset.next;
    if (next) goOn(next);
    else onlySave(save);
  });
}

window.addEventListener("beforeunload", (event) => {
  if (leaving || !saves.some((save) => save.unsaved)) return;
  saves.forEach((save) => save.flush());
  event.preventDefault();
});
