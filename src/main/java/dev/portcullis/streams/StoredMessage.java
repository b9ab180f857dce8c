package dev.portcullis.streams;

import dev.portcullis.protocol.UserId;

/**
 * A message as a stream has it.
 *
 * @param entry as it was appended
 * @param stored store time of the entry
 * @param edits how many edits it has had
 */
public record StoredMessage(StreamEntry entry, EntryState state, UserId author, long stored, int edits) {}
