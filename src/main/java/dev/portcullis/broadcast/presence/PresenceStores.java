package dev.portcullis.broadcast.presence;

import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.ReadMarkStore;
import dev.portcullis.streams.StreamStore;

/**
 * The stores that an owner asks.
 *
 * @param streams know who is barred
 * @param marks keep how far each member has read
 * @param inboxes know who blocks whom
 */
public record PresenceStores(StreamStore streams, ReadMarkStore marks, InboxStore inboxes) {}
