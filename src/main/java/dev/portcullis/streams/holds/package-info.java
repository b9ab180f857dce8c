/**
 * What must not be lost, although a retention ends it or a user deletes it? The holds that operators have placed, as rows of the
 * store, and which entries each of them covers. While the rows can't be read, nothing is removed.
 */
@NullMarked
package dev.portcullis.streams.holds;

import org.jspecify.annotations.NullMarked;
