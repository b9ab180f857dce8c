/**
 * Which messages are over, and who takes their text away? The rows of the store that name them in the order of their ends, and one
 * sweeper for each node of the stage, which appends an ordinary deletion for each. Owns no state: two sweepers of one lane do no harm.
 * While the store is away, messages stay; they go once it is back.
 */
@NullMarked
package dev.portcullis.broadcast.expiry;

import org.jspecify.annotations.NullMarked;
