package dev.portcullis.streams;

import dev.portcullis.protocol.UserId;

/**
 * A message as it is in a stream.
 *
 * @param entry the entry as it was appended
 * @param stored the store time of the entry
 * @param edits the number of edits of the message so far
 */
public record StoredMessage(StreamEntry entry, EntryState state, UserId author, long stored, int edits) {}
