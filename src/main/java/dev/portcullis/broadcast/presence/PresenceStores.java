package dev.portcullis.broadcast.presence;

import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.ReadMarkStore;
import dev.portcullis.streams.StreamStore;

/** The stores that an owner asks. */
public record PresenceStores(StreamStore streams, ReadMarkStore marks, BlockListStore blocks) {}
