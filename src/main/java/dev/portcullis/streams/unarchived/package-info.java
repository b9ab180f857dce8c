/**
 * What of the streams does the archive not have yet? The port by which it gets that, and the rows that name the streams. Owns no
 * state. While no archive gets anything, the store keeps all of it.
 */
@NullMarked
package dev.portcullis.streams.unarchived;

import org.jspecify.annotations.NullMarked;
