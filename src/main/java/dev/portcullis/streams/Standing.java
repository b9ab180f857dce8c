package dev.portcullis.streams;

import dev.portcullis.protocol.Position;

/**
 * Where a stream and one user stood at one moment.
 *
 * @param barred whether the user was barred and not admitted again since
 */
public record Standing(Position head, boolean barred) {}
