/**
 * How does a record travel between nodes? Builds the wire form of a record, once for each class, from its components:
 * text, numbers, flags, bytes, enums, collections, optional values, records within records and sealed types of records.
 * Owns the forms it has built. Bytes that are no such value are read as none, never as an
 * exception; a class that can't travel stops the start.
 *
 * <p>The rule of a rolling upgrade: a record that travels may only ever get components appended, and only such that can be
 * empty: an {@code Optional}, a {@code List}, {@code Set} or {@code Map}, a {@code boolean} or a {@code long}. A reader
 * of the release before skips them; a reader of the release after finds them empty. A constant that is added to an enum,
 * or a record to a sealed type, must not be sent before every node knows it. A record of a sealed type that gets another
 * class name keeps the old one as its {@link dev.portcullis.protocol.WireName}.
 */
@NullMarked
package dev.portcullis.bus.wire;

import org.jspecify.annotations.NullMarked;
