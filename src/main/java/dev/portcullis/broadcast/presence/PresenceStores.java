package dev.portcullis.broadcast.presence;

import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.ReadMarkStore;
import dev.portcullis.streams.StreamStore;

/**
 * The stores that an owner asks.
 *
 * @param streams the streams, which know the barred users
 * @param marks the marks up to which each member has read
 * @param blocks the lists of whom each user blocks
 */
public record PresenceStores(StreamStore streams, ReadMarkStore marks, BlockListStore blocks) {}
