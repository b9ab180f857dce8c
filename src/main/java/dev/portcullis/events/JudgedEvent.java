package dev.portcullis.events;

/**
 * An event whose data fit their schema.
 *
 * @param data as it goes on: as it came, but for the texts whose schema has them made safe
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record JudgedEvent(EventType type, byte[] data) {}
