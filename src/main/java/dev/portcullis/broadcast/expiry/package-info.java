/**
 * Which messages are over, and who takes their text and the files of removed ones away? The rows of the store that name them, and one
 * sweeper for each node of the stage, which appends an ordinary deletion for each message, and begins the end of the uploads. Owns no
 * state: two sweepers of one lane do no harm. While the store is away, messages and files stay; they go once it is back.
 */
@NullMarked
package dev.portcullis.broadcast.expiry;

import org.jspecify.annotations.NullMarked;
