/**
 * How does a membership of a room end? Frames, calls of users and the application's server take the same
 * steps. Owns nothing. Without the stages that decide and append, nothing ends, and the answer is {@code unavailable}.
 */
@NullMarked
package dev.portcullis.edge.membership;

import org.jspecify.annotations.NullMarked;
