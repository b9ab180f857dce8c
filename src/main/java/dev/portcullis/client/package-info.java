/**
 * How does a program connect? The Java client: one connection that authenticates, joins rooms, sends frames under an id
 * and reconnects by itself. Owns the frames that wait for an answer, its position in each room, the entries that wait for one
 * before them, and the newest edits and deletions. When the connection ends it resumes; when it may not reconnect, all pending
 * frames fail and {@code Ended} says why.
 */
@NullMarked
package dev.portcullis.client;

import org.jspecify.annotations.NullMarked;
