/**
 * How is a record written, to travel between nodes or to last in a store? Builds the form of a class once, from its components:
 * text, numbers, flags, bytes, enums, collections, optional values, nested records and sealed types of records. It travels as
 * bytes ({@link dev.portcullis.protocol.record.WireForm}) and lasts as text ({@link dev.portcullis.protocol.record.TextForm}).
 * Owns the forms it has built. What is malformed decodes to an empty value, never to an exception; a class that has no form
 * stops the start.
 *
 * <p>The rule of a rolling upgrade: components may only be appended to a record, and only of types that can be absent:
 * an {@code Optional}, a {@code List}, {@code Set} or {@code Map}, a {@code boolean} or a {@code long}. A reader of the
 * previous release skips them; a reader of the next release finds them empty. Nothing can be appended to a stored record of one
 * component. A constant added to an enum, or a record added to a sealed type, must not be sent or stored before every node knows
 * it. A record of a sealed type whose class is renamed keeps its {@link dev.portcullis.protocol.WireName}.
 */
@NullMarked
package dev.portcullis.protocol.record;

import org.jspecify.annotations.NullMarked;
