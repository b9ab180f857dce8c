package dev.portcullis.broadcast.presence;

import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.ReadMarkStore;
import dev.portcullis.streams.StreamStore;

/**
 * The stores that an owner asks.
 *
 * @param streams the streams, which know the barred users
 * @param marks the marks up to which each member has read
 * @param inboxes the inboxes, which know who blocks whom
 */
public record PresenceStores(StreamStore streams, ReadMarkStore marks, InboxStore inboxes) {}
