/**
 * How is a record encoded between nodes? Builds the wire form of a record, once for each class, from its components:
 * text, numbers, flags, bytes, enums, collections, optional values, nested records and sealed types of records. Owns
 * the forms it has built. Malformed bytes decode to an empty value, never to an exception; a class that cannot be
 * encoded stops the start.
 *
 * <p>The rule of a rolling upgrade: components may only be appended to a record, and only of types that can be absent:
 * an {@code Optional}, a {@code List}, {@code Set} or {@code Map}, a {@code boolean} or a {@code long}. A reader of the
 * previous release skips them; a reader of the next release finds them empty. A constant added to an enum, or a record
 * added to a sealed type, must not be sent before every node knows it. A record of a sealed type whose class is renamed
 * keeps its {@link dev.portcullis.protocol.WireName}.
 */
@NullMarked
package dev.portcullis.bus.wire;

import org.jspecify.annotations.NullMarked;
