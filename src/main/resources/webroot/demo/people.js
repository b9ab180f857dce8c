/** Who is who: the names of ids, who is online in which room, and what each may do there. */
import { plain } from "./markup.js";

const RANKS = { member: 0, moderator: 1, owner: 2, admin: 3 };

export class People {
  me;
  #memory;

  constructor(me, memory) {
    this.me = me;
    this.#memory = memory;
  }

  /** Returns whether the name is news. */
  learn(userId, username) {
    const name = username && plain(username);
    if (!name || this.#memory.names[userId] === name) return false;
    this.#memory.names[userId] = name;
    this.#memory.save();
    return true;
  }

  /** The server names users beside their messages. Until there is one, the end of the id has to do. */
  name(userId) {
    if (userId === "system") return "System";
    if (userId === "deleted") return "Deleted user";
    return this.#memory.names[userId] ?? (userId.startsWith("u:") ? `Guest ${userId.slice(-4)}` : userId);
  }

  get known() {
    return Object.keys(this.#memory.names).filter((userId) => userId !== this.me);
  }
}

/** The members of one room, and those who are there without a membership. */
export class Members {
  online = new Map();
  roles = new Map();
  version;
  /** Whether the list of memberships is complete. */
  listed = false;

  /** All who are there, as the last `joined` or `presence` has them. */
  present(users) {
    this.online = new Map(users.map(({ userId, sessions }) => [userId, sessions]));
  }

  /** Returns whether a change before this one was missed. */
  change({ version, changes }) {
    const missed = this.version !== undefined && version !== this.version + 1;
    this.version = version;
    for (const { userId, online } of changes) {
      if (online) this.online.set(userId, this.online.get(userId) ?? 1);
      else this.online.delete(userId);
    }
    return missed;
  }

  remove(userId) {
    this.online.delete(userId);
    this.roles.delete(userId);
  }

  /** `{userId, online, role}`, those who are there first. */
  list(nameOf) {
    const all = [...new Set([...this.online.keys(), ...this.roles.keys()])];
    return all
      .map((userId) => ({ userId, name: nameOf(userId), online: this.online.has(userId), role: this.roles.get(userId) }))
      .sort((one, other) => other.online - one.online || one.name.localeCompare(other.name));
  }
}

/** What a user may do in a room, by their role in it or in their token. The server decides; this hides what it would refuse. */
export function rankOf(roomRole, tokenRole) {
  return Math.max(RANKS[roomRole] ?? 0, tokenRole === "admin" ? RANKS.admin : tokenRole === "moderator" ? RANKS.moderator : 0);
}

export const rankOfRole = (role) => RANKS[role] ?? 0;
