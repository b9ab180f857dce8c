/**
 * When may a client do something? The waits before reconnects, the pace of its frames, and the time that passed, that of
 * a sleeping machine included. Owns the times of the newest frames. Without limits from the server nothing is held up.
 */
@NullMarked
package dev.portcullis.client.pace;

import org.jspecify.annotations.NullMarked;
