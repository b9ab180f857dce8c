/**
 * How does a program take part? The Java client: one connection that authenticates, joins, sends under an id and comes
 * back by itself. Owns the frames that wait for their answer and its place in each room. When the connection ends it
 * resumes; when it may not come back, all that waits fails and {@code Ended} says why.
 */
@NullMarked
package dev.portcullis.client;

import org.jspecify.annotations.NullMarked;
