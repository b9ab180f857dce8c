/**
 * Who receives a message? Publishing, fan-out and history, which shows the latest state of a message: edits and deletions are
 * entries of their own behind it. Owns no state that could not be read again: every published message is in its stream. Without the store nothing is published, and the sender gets {@code unavailable}.
 */
@NullMarked
package dev.portcullis.broadcast;

import org.jspecify.annotations.NullMarked;
