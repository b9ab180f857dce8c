package dev.portcullis.streams;

import dev.portcullis.protocol.Position;

/**
 * One entry of a stream, as committed. Immutable: {@code body} is shared by all who carry it and must not be written to.
 *
 * @param body the encoded frame from {@code "type"} on, without {@code epoch} and {@code seq}: see {@link Wire}
 */
@SuppressWarnings("ArrayRecordComponent") // compared by place, never by content
public record Entry(StreamName stream, Position position, long timestamp, byte[] body) {}
