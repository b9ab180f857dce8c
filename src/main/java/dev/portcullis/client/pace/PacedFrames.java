package dev.portcullis.client.pace;

/**
 * Frames that the limits hold up now. The client sends them by itself.
 *
 * @param type the type of the frames, such as {@code history}, or the name of an event
 * @param count the number of the frames, or of the rooms of {@code join}
 * @param inMs the time until the first of them is sent
 */
public record PacedFrames(String type, int count, long inMs) {}
