/**
 * In which order, and in which state, does a client report the entries of a stream? Owns the entries that wait for one
 * before them, and the newest edits and deletions. What it can't put in order has to be read again.
 */
@NullMarked
package dev.portcullis.client.entries;

import org.jspecify.annotations.NullMarked;
