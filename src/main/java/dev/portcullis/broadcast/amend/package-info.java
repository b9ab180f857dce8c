/**
 * What does the history show of a message? Its latest state: edits and deletions are entries of their own behind it. Owns
 * nothing: the entries are in the stream. While the store fails, nothing is shown.
 */
@NullMarked
package dev.portcullis.broadcast.amend;

import org.jspecify.annotations.NullMarked;
