/**
 * Which edges follow which streams? Each edge announces its followed streams in one bit set. Owns the announced sets,
 * which may be outdated: a superfluous bit costs a message, a missed delta is replaced by a snapshot.
 */
@NullMarked
package dev.portcullis.broadcast.interest;

import org.jspecify.annotations.NullMarked;
