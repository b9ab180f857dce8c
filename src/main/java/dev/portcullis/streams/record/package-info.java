/**
 * How does a stream lie in the embedded store? Keys and rows as bytes. Owns no state. A row that can't be read fails
 * the read that met it.
 */
@NullMarked
package dev.portcullis.streams.record;

import org.jspecify.annotations.NullMarked;
