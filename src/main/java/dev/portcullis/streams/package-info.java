/**
 * In what order, and was anything missed? Streams of numbered entries: append, resume and ordered delivery, and the lanes
 * that hold the node's leases. Owns the streams, in the store; what is kept in memory can be read again. Without the
 * store nothing is appended, and followed streams stand still.
 */
@NullMarked
package dev.portcullis.streams;

import org.jspecify.annotations.NullMarked;
