/** The calls over HTTP, and the login. Tokens are in memory only; what outlives a reload is a cookie that no script can read. */
import { duration } from "./format.js";
import { login } from "./memory.js";

const EARLY_MS = 30_000;
const GAP_MS = 250;
const MAX_RETRY_MS = 5_000;
/** Each try may be asked for more work than the one before. */
const MAX_WORKS = 3;
/** For a user, with what a developer needs. */
export const FOREIGN_PAGE = `The server takes no logins and connections from pages of ${globalThis.location?.origin}. Its operator allows them in the configuration: origin.allowed.`;
const WORDS = {
  ended: "You are no longer logged in.",
  conflict: "That is taken, or was changed meanwhile.",
  wrong_credentials: "The e-mail address or the password is wrong.",
  second_factor_required: "Enter the code that your authenticator app shows, or a recovery code.",
  forbidden: "You may not do that here.",
  not_found: "That is not there, or you may not see it.",
  unavailable: "The server can't do this, or be reached, right now. Try again in a moment.",
};
const PASSWORD_RULES = {
  strength: "The password is too easy to guess.",
  minLength: "The password needs at least 8 characters, with upper and lower case and a digit.",
  maxLength: "The password is too long.",
};
const INCOMPLETE = "This link is not complete. Open it as it stands in the mail.";
const RULES = {
  ...Object.fromEntries(["password", "newPassword"].flatMap((name) => Object.entries(PASSWORD_RULES).map(([rule, words]) => [`/${name} ${rule}`, words]))),
  "/token unknown": "This link is not good: it was used already, or is over.",
  "/token pattern": INCOMPLETE,
  "/token maxLength": INCOMPLETE,
  "/type unverified": "Confirm your e-mail address first.",
  " unverified": "Confirm your e-mail address first.",
  "/email format": "That is no e-mail address.",
  "/email minLength": "The e-mail address is missing.",
  "/email taken": "There is an account with this e-mail address already.",
  "/username taken": "Somebody has this name already.",
  "/username format": "This name can't be shown.",
  "/username minLength": "A name is missing.",
  "/invitation unknown": "This invitation is not good, or was used already.",
  "/invitation pattern": "This invitation is not complete.",
  "/loginId newer": "That login is newer than this one. To end it set a new password, which ends all others, or log in here again.",
  "/code wrong": "This code is wrong, or was used already. An app shows a new one every 30 seconds.",
  "/code minLength": "A code has six digits at least.",
  "/code pattern": "A code has letters and digits only.",
  "/roomId taken": "There is, or was, a room with this id.",
  "/roomId pattern": "An id has letters, digits and . : _ - only.",
  "/name format": "This name can't be shown.",
  "/name minLength": "A name is missing.",
};

/** A refused call, with a sentence for the user. */
export class CallError extends Error {
  constructor(status, { reason = "unavailable", requestId, details = [] } = {}, retryAfterMs, asked) {
    const rule = details.map(({ path, rule: each }) => RULES[`${path} ${each}`]).find(Boolean);
    super(rule ?? (retryAfterMs ? `Too many attempts. Try again in ${duration(retryAfterMs)}.` : WORDS[reason]) ?? `Refused: ${reason.replaceAll("_", " ")}.`);
    Object.assign(this, { status, reason, requestId, details, retryAfterMs, asked });
  }
}

/** Whether a call about the login would be refused again, so that there is none any more. */
const isFinal = ({ status }) => [401, 403, 404, 409].includes(status);

/** A login has no other reason for this refusal than the page that asks. */
function foreignPage(failure) {
  throw failure.reason === "forbidden" && failure.details.length === 0 ? new Error(FOREIGN_PAGE) : failure;
}

/** What a token says. It is not checked here, so nothing may depend on its truth. */
function claimsOf(token) {
  try {
    const claims = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(claims), (each) => each.codePointAt(0))));
  } catch {
    return {};
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Api {
  /** Of the last login, in memory only: the access token, the CSRF token, when it expires, and who it is of. */
  #grant;
  #pasted;
  /** The id of the user whom this page is of, from its first grant on. */
  #owner;
  /** The ids of the login of its last grant, and of the one that its logout is to end. */
  #login;
  #ending;
  #refreshing;
  #turnAt = 0;
  /** Ends the calls under way: an answer to them would come after the logout. */
  #calls = new AbortController();
  /** Is told of each refusal. */
  onrefused = () => {};
  /** Is told that another user has logged in in this browser. */
  onother = () => {};
  /** Is told that there is a newer token, and news of the user with it. */
  onrenewed = () => {};

  /** Of an account: `{id, username, email, verified}`, the last where the server sends mails. */
  get user() {
    return this.#grant?.user;
  }

  /** The role in the newest token of an account. Other issuers may have their own words for roles. */
  get role() {
    return claimsOf(this.#grant?.accessToken).role;
  }

  /** The name in a pasted token, which is only shown. */
  get pastedName() {
    return claimsOf(this.#pasted).username;
  }

  /** Does the work that a login is asked for. */
  work = async (asked) => (await import("/sdk/portcullis.js")).work(asked);

  /** Whether the login of this page is still that of the browser. A pasted token is of no login here. */
  get isOpen() {
    return this.#pasted !== undefined || (login.is("open") && login.user === this.#owner);
  }

  /** What this server offers. */
  settings() {
    return this.#fetch("GET", "/demo/settings.json");
  }

  async register(username, email, password, invitation) {
    this.#begin(await this.#enter("/api/auth/register", { username, email, password, invitation: invitation || undefined }).catch(foreignPage));
  }

  async login(email, password, code) {
    this.#begin(await this.#enter("/api/auth/login", { email, password, code: code || undefined }).catch(foreignPage));
  }

  /** Confirms an e-mail address by the token of a mail's link. No login is needed. */
  verify(token) {
    return this.#fetch("POST", "/api/auth/verify", { token }).catch(foreignPage);
  }

  /** Has another mail sent with a link for it. */
  resend() {
    return this.call("POST", "/api/auth/verify/resend", {});
  }

  /** Has a mail sent with a link for a new password. */
  askReset(email) {
    return this.#fetch("POST", "/api/auth/reset", { email }).catch(foreignPage);
  }

  /** Sets the password by the token of such a link. All logins of the user end. */
  reset(token, newPassword) {
    return this.#fetch("POST", "/api/auth/reset/confirm", { token, newPassword }).catch(foreignPage);
  }

  /** While many log in, a browser that this server does not know goes sooner with some work. */
  async #enter(path, body, works = 0) {
    try {
      return await this.#fetch("POST", path, body);
    } catch (failure) {
      if (!failure.asked || works === MAX_WORKS) throw failure;
      return this.#enter(path, { ...body, proof: await this.work(failure.asked) }, works + 1);
    }
  }

  useToken(token) {
    this.#pasted = token.trim();
  }

  /** Logs in again after a reload. Returns whether there was a login. */
  async resume() {
    if (!login.is("open") || !(await this.#refresh())) return false;
    login.open(this.#login, this.#owner); // other pages of this server log in too
    return true;
  }

  /**
   * Ends the login of this page. A script can't delete its cookie, so it lasts until the server has heard of it. A login that
   * another window began since has taken the cookie, and goes on.
   *
   * Returns whether it has ended. Until then no page of this browser logs in by the cookie.
   */
  async logout() {
    if (this.#pasted) return true; // it is of another login, and the page forgets it
    this.onother = () => {}; // the page ends already
    this.#ending ??= this.#login ?? login.id;
    login.end(this.#ending);
    this.#calls.abort();
    this.#calls = new AbortController();
    try {
      await this.getToken({});
      if (this.#grant && this.#login === this.#ending) await this.#call("POST", "/api/auth/logout");
    } catch (failure) {
      if (!isFinal(failure)) return false;
    } finally {
      this.#grant = undefined;
    }
    login.forget(this.#ending);
    return true;
  }

  /** Deletes the account; then there is no login any more. */
  async deleteAccount(password) {
    await this.call("DELETE", "/api/auth/me", { password });
    login.forget(this.#login);
    this.#grant = undefined;
  }

  /** For the client library: a token that is valid now, or `null` where there is none any more. */
  getToken = async ({ refused }) => {
    if (this.#pasted) return this.#pasted;
    if (!refused && this.#grant && this.#grant.until - EARLY_MS > Date.now()) return this.#grant.accessToken;
    return (await this.#refresh())?.accessToken ?? null;
  };

  /** A call with the user's token; its refusal is reported. */
  async call(method, path, body) {
    const { signal } = this.#calls;
    await this.#turn();
    const again = async (failure) => {
      if (failure.status !== 429 || failure.retryAfterMs > MAX_RETRY_MS) throw failure;
      await pause(failure.retryAfterMs);
      return this.#call(method, path, body, signal); // a call that a limit refused had no effect
    };
    try {
      return await this.#call(method, path, body, signal).catch(again);
    } catch (failure) {
      this.onrefused(failure);
      throw failure;
    }
  }

  /** Calls count for the limits of the user like frames do, so they don't come all at once. */
  async #turn() {
    const now = performance.now();
    this.#turnAt = Math.max(now, this.#turnAt + GAP_MS);
    if (this.#turnAt > now) await pause(this.#turnAt - now);
  }

  /** A file of this server, as a blob. */
  async file(fileId) {
    const { signal } = this.#calls;
    const answer = await fetch(`/api/files/${fileId}`, { headers: await this.#credential(signal), signal });
    if (!answer.ok) throw await this.#refusal(answer);
    return answer.blob();
  }

  async #call(method, path, body, signal = this.#calls.signal) {
    const credential = await this.#credential(signal);
    const csrf = this.#grant && { "X-CSRF-Token": this.#grant.csrfToken };
    return this.#fetch(method, path, body, { headers: { ...credential, ...csrf }, signal });
  }

  async #credential(signal) {
    const token = !signal.aborted && (await this.getToken({}));
    if (!token || signal.aborted) throw new CallError(401, { reason: "ended" });
    return { Authorization: `Bearer ${token}` };
  }

  /** Gets a token that is newer than this call. */
  async renew() {
    await this.#refreshing?.catch(() => {}); // it may have been answered before
    await this.#refresh();
  }

  /** One at a time: a second refresh with the former cookie would look like a theft. */
  #refresh() {
    const { id, user } = login;
    const userId = this.#owner ?? user; // the cookie may be of another by now, also by the doing of a page of another host
    this.#refreshing ??= this.#fetch("POST", "/api/auth/refresh", { userId })
      .then((grant) => this.#take(grant))
      .catch((failure) => {
        if (!isFinal(failure)) throw failure; // to be tried again
        this.#grant = undefined;
        if (failure.reason === "conflict" && this.#owner) this.onother();
        else login.forget(id);
      })
      .finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  #begin(grant) {
    this.#take(grant);
    login.open(this.#login, this.#owner);
  }

  /** The cookie is of the whole browser: once another window has logged in another user, nothing of this page may go on under that name. */
  #take(grant) {
    this.#owner ??= grant.user.id;
    if (this.#owner !== grant.user.id) {
      this.#grant = undefined;
      this.onother();
      return undefined;
    }
    this.#login = claimsOf(grant.accessToken).sid;
    this.#grant = { ...grant, until: Date.now() + grant.expiresIn * 1_000 };
    this.onrenewed();
    return this.#grant;
  }

  async #fetch(method, path, body, { headers, signal } = {}) {
    const json = body && { "Content-Type": "application/json" };
    const request = { method, headers: { ...json, ...headers }, body: body && JSON.stringify(body), signal };
    const answer = await fetch(path, request).catch(() => Promise.reject(new CallError(0)));
    if (!answer.ok) throw await this.#refusal(answer);
    const text = await answer.text();
    return text === "" ? undefined : JSON.parse(text);
  }

  async #refusal(answer) {
    const { error } = await answer.json().catch(() => ({}));
    const seconds = Number(answer.headers.get("Retry-After"));
    const asked = answer.headers.get("Proof-Of-Work");
    return new CallError(answer.status, error, seconds > 0 ? seconds * 1_000 : undefined, asked);
  }
}
