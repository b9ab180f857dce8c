/**
 * Which sessions, tokens, users and addresses were cut off? Writes cut-offs to the streams of their lanes, which every
 * node follows. Any stage may write them. Owns no state: the stream keeps each cut-off. One that can't be written fails
 * the call that asked for it.
 */
@NullMarked
package dev.portcullis.streams.cutoff;

import org.jspecify.annotations.NullMarked;
