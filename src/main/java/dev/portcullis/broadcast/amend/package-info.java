/**
 * What is a message now? Turns an edit or a deletion into the append of an entry, and shows messages as they are after it.
 * Owns nothing: messages and what became of them are in the stream. While the store fails, so do both.
 */
@NullMarked
package dev.portcullis.broadcast.amend;

import org.jspecify.annotations.NullMarked;
