/**
 * Is this too much? Checks every attempt of a user or an address against sliding windows, and blocks those that do not
 * stop. Owns the counters and the blocks, in the store; of the embedded store only the blocks outlive the process.
 * While the store can't count, each limit's failure mode decides: closed, unless the config opens it. Without this
 * stage its requests fail, and the edge answers {@code unavailable}.
 */
@NullMarked
package dev.portcullis.ratelimit;

import org.jspecify.annotations.NullMarked;
