/**
 * What this browser remembers between visits: which rooms are open, how far they were read, and the names that belong to ids.
 * No token and no text of a message is among it, and logging out clears it.
 */
const PREFIX = "portcullis.demo.";
const MAX_NAMES = 500;
const MAX_TALKS = 100;
const SAVE_MS = 500;

function read(key) {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null; // a browser that stores nothing
  }
}

function write(key, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, value);
  } catch {
    // the page works without
  }
}

export class Memory {
  #key;
  #timer;
  #data;
  /** Whether the user has been in a room: one who left all of them is no newcomer. */
  arrived;
  #forgotten = false;
  #isOpen;

  /** `isOpen` says whether the login of this page is still that of the browser: another window may have ended it. */
  constructor(userId, isOpen = () => true) {
    this.#isOpen = isOpen;
    this.#key = `user.${userId}`;
    let stored;
    try {
      stored = JSON.parse(read(this.#key) ?? "{}");
    } catch {
      stored = {};
    }
    const { names, rooms, talks, arrived = false } = stored ?? {};
    this.arrived = arrived;
    // Ids such as "constructor" are no properties of an object without a prototype (CWE-1321).
    const bare = (object) => Object.assign(Object.create(null), object);
    this.#data = { names: bare(names), rooms: bare(rooms), talks: bare(talks) };
    addEventListener("pagehide", () => this.#saveNow());
    addEventListener("storage", ({ key, newValue }) => {
      if (newValue === null && (key === null || key === PREFIX + this.#key)) this.#stop();
    });
  }

  /** Names by user id. */
  get names() {
    return this.#data.names;
  }

  /** Positions by room id, `null` before the first. */
  get rooms() {
    return this.#data.rooms;
  }

  /** Unread direct messages by user id. */
  get talks() {
    return this.#data.talks;
  }

  /** To be called after a change. */
  save() {
    this.#timer ??= setTimeout(() => this.#saveNow(), SAVE_MS);
  }

  /** Removes all of it, and stores nothing more: the page may still hear of something before it goes. */
  forget() {
    this.#stop();
    write(this.#key, null);
  }

  /** Another window may have removed it, and stored it again for a login since. */
  #stop() {
    this.#forgotten = true;
    clearTimeout(this.#timer);
  }

  #saveNow() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#forgotten || !this.#isOpen()) return;
    const newest = (object, max) => Object.fromEntries(Object.entries(object).slice(-max));
    const { names, rooms, talks } = this.#data;
    write(this.#key, JSON.stringify({ names: newest(names, MAX_NAMES), rooms, talks: newest(talks, MAX_TALKS), arrived: this.arrived }));
  }
}

/**
 * What became of the login that a cookie of this browser holds, which no script can read: `open`, or `ending` where the server
 * has not heard of the logout. So a visitor who never logged in is not asked for, and one who logged out stays out.
 *
 * The ids of the login and of its user stand behind it: what one window does with its login says nothing of one that another
 * window began since, and a reload logs in no other user than that one.
 */
export const login = {
  get id() {
    return read("login")?.split(" ")[1];
  },
  get user() {
    return read("login")?.split(" ")[2];
  },
  is: (state) => read("login")?.split(" ")[0] === state,
  open: (id, user) => write("login", `open ${id} ${user}`),
  end(id) {
    if (login.id === id) write("login", `ending ${id} ${login.user}`);
  },
  forget(id) {
    if (login.id === id) write("login", null);
  },
};

/** `light`, `dark`, or what the system says. */
export const theme = () => read("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

export function showTheme(chosen = read("theme")) {
  if (chosen) document.documentElement.dataset.theme = chosen;
}

export function toggleTheme() {
  write("theme", theme() === "dark" ? "light" : "dark");
  showTheme();
}
