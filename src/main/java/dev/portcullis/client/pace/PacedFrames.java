package dev.portcullis.client.pace;

/**
 * What the limits hold up now. It is sent by itself.
 *
 * @param type of the frames, such as {@code history}, or the name of an event
 * @param count of the frames, or of the rooms of {@code join}
 * @param inMs until the first of them goes
 */
public record PacedFrames(String type, int count, long inMs) {}
