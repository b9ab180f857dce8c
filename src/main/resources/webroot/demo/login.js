/** The first view: log in, register, or bring a token. */
import { el, field, form, icon, iconButton } from "./dom.js";
import { PASSWORD_HINT, forgottenPassword, newPassword } from "./links.js";
import { toggleTheme } from "./memory.js";

const POINTS = [
  ["pulse", "Nothing gets lost", "Restart the server while you write. Every message arrives, once, and in order."],
  ["shield", "Guarded at every step", "Sessions, limits, schemas and permissions are checked before a frame has an effect."],
  ["check", "See what happens", "The panel “What happened” shows each reconnect, resume, limit and refusal as it comes."],
];

const email = () => field("E-mail address", { name: "email", type: "email", required: true, autocomplete: "username", maxlength: 254 });

const FORMS = {
  login: {
    label: "Log in",
    make: (api, { forgot }) => {
      const second = el("div", { hidden: true }, field("Code of the second factor", { name: "code", autocomplete: "one-time-code", maxlength: 32 }, "Six digits from your authenticator app, or a recovery code."));
      const showCode = () => {
        second.hidden = false;
        setTimeout(() => second.querySelector("input").focus()); // after the form has moved the focus to its first field
      };
      const node = form(
        async ({ email: address, password, code: typed }) => {
          try {
            await api.login(address, password, typed?.trim());
          } catch (failure) {
            if (failure.reason === "second_factor_required") showCode();
            throw failure;
          }
        },
        "Log in",
        email(),
        field("Password", { name: "password", type: "password", required: true, autocomplete: "current-password", maxlength: 128 }),
        second,
        forgot && el("button", { type: "button", class: "link", onclick: () => forgot(node.elements.email.value) }, "Forgot your password?"),
      );
      return node;
    },
  },
  register: {
    label: "Create account",
    make: (api, { registration }) =>
      form(
        (values) => api.register(values.username, values.email, values.password, values.invitation?.trim()),
        "Create account",
        field("Name", { name: "username", required: true, autocomplete: "nickname", maxlength: 64 }, "Shown beside your messages."),
        email(),
        field(
          "Password",
          { name: "password", type: "password", required: true, autocomplete: "new-password", maxlength: 128 },
          PASSWORD_HINT,
        ),
        registration === "invited" && field("Invitation", { name: "invitation", required: true, spellcheck: "false", maxlength: 43 }, "The code that you were sent."),
      ),
  },
  token: {
    label: "Use a token",
    make: (api) =>
      form(
        async ({ token }) => {
          if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token.trim())) throw new Error("That is no token: it has three parts with dots between them.");
          api.useToken(token);
        },
        "Connect",
        field("Access token", { name: "token", rows: 5, required: true, spellcheck: "false" }, "A JWT of your own login. It stays in memory, and a reload forgets it."),
      ),
  },
};

/** Shows the view, and resolves once the user is logged in. */
export function askLogin(root, api, { accounts, registration, mails, notice }) {
  return new Promise((resolve) => {
    const names = accounts ? ["login", ...(registration === "closed" ? [] : ["register"]), "token"] : ["token"];
    const holder = el("div", { id: "login-form", role: "tabpanel", class: "login-form" });
    const tabs = names.map((name) => el("button", { type: "button", role: "tab", class: "tab", id: `tab-${name}`, "aria-controls": "login-form", onclick: () => choose(name) }, FORMS[name].label));
    const choose = (name) => {
      tabs.forEach((tab) => {
        const chosen = tab.id === `tab-${name}`;
        tab.setAttribute("aria-selected", String(chosen));
        tab.tabIndex = chosen ? 0 : -1;
      });
      holder.setAttribute("aria-labelledby", `tab-${name}`);
      show(holder, FORMS[name].make(watched(api, () => resolve()), { registration, forgot: mails && forgot }));
    };
    const forgot = (typed) => show(holder, forgottenPassword(api, { email: typed, back: () => choose("login") }));
    const list = el("div", { class: "tabs", role: "tablist", "aria-label": "Ways in", hidden: names.length === 1 }, ...tabs);
    list.addEventListener("keydown", ({ key }) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
      if (!step) return;
      const at = tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
      const next = (at + step + tabs.length) % tabs.length;
      choose(names[next]);
      tabs[next].focus();
    });
    root.replaceChildren(view(list, holder, notice));
    choose(names[0]);
  });
}

/** Shows the view of a mail's link for a new password. Resolves with whether it was set. */
export function askNewPassword(root, api, token) {
  return new Promise((resolve) => {
    const holder = el("div", { class: "login-form" });
    const back = () => resolve(false);
    const refused = (problem) => show(holder, forgottenPassword(api, { problem, back }));
    root.className = "";
    root.replaceChildren(view(undefined, holder));
    show(holder, newPassword(api, token, { done: () => resolve(true), refused, back }));
  });
}

function show(holder, node) {
  holder.replaceChildren(node);
  node.querySelector("input, textarea").focus();
}

/** The calls of a form, after which the user is in. */
function watched(api, done) {
  const then = (call) => async (...values) => {
    await call(...values);
    done();
  };
  return {
    login: then((...values) => api.login(...values)),
    register: then((...values) => api.register(...values)),
    useToken: then((token) => api.useToken(token)),
  };
}

function view(tabs, holder, notice) {
  const brand = el("p", { class: "brand" }, el("img", { src: "/favicon.svg", alt: "", width: 36, height: 36 }), "Portcullis");
  const points = POINTS.map(([name, title, text]) => el("li", {}, icon(name), el("div", {}, el("strong", {}, title), el("p", {}, text))));
  return el(
    "main",
    { class: "welcome" },
    iconButton("sun", "Light or dark", toggleTheme, { class: "icon-button theme" }),
    el("section", { class: "pitch" }, brand, el("h1", {}, "A chat that keeps its promises."), el("ul", {}, ...points)),
    el(
      "section",
      { class: "card", "aria-label": tabs ? "Log in" : "Set a new password" },
      notice && el("p", { class: "notice", role: "status" }, notice),
      tabs,
      holder,
    ),
  );
}
