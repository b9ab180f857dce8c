/** Rooms that the user is invited to. Each is shown until it is accepted or declined. */
import { Events } from "./events.js";
import { plain } from "./markup.js";

export class Invitations extends Events {
  /** By the id of the room, the newest first. */
  open = new Map();
  #client;
  #chat;

  constructor(client, chat) {
    super();
    this.#client = client;
    this.#chat = chat;
    client.on("membership", (frame) => this.#heard(frame));
    client.on("auth_success", () => this.refresh().catch(() => {})); // of what came meanwhile no frame tells
    this.refresh().catch(() => {});
  }

  async refresh() {
    const all = await this.#client.invitations();
    this.open = new Map(all.map((each) => [each.roomId, { ...each, name: plain(each.name) }]));
    this.emit("list");
  }

  async accept({ roomId, name, role }) {
    await this.#client.acceptInvitation(roomId, { role });
    this.#close(roomId);
    this.#chat.open(this.#chat.join({ roomId, name }));
  }

  async decline({ roomId }) {
    await this.#client.declineInvitation(roomId);
    this.#close(roomId);
  }

  #heard({ roomId, role, invited, name, byUserId }) {
    if (!invited) return role && this.#close(roomId);
    const invitation = { roomId, name: plain(name), role: invited, byUserId };
    this.open = new Map([[roomId, invitation], ...[...this.open].filter(([id]) => id !== roomId)]);
    this.emit("new", invitation);
    this.emit("list");
  }

  #close(roomId) {
    if (this.open.delete(roomId)) this.emit("list");
  }
}
