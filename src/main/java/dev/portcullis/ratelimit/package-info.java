/**
 * Is this too much? Judges every attempt of a user or an address against sliding windows, and blocks who does not stop.
 * Owns the counters and the blocks, in the store; of the embedded one only the blocks outlive the process. Where nobody
 * can count, each limit's failure mode decides, closed unless the config opens it; without this stage its question
 * fails, and the edge answers {@code unavailable}.
 */
@NullMarked
package dev.portcullis.ratelimit;

import org.jspecify.annotations.NullMarked;
