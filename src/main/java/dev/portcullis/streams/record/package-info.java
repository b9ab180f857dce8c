/**
 * How is a stream written as rows? Keys and rows as bytes, for both stores. Owns no state. A row that can't be decoded
 * fails the read that met it.
 */
@NullMarked
package dev.portcullis.streams.record;

import org.jspecify.annotations.NullMarked;
