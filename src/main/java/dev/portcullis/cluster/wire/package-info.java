/**
 * What may a connection to the event bus send? Without certificates any process that reaches the port is heard, and
 * Vert.x trusts every length that it reads there. Owns the count of bytes of incomplete messages, bounded per
 * connection and in total. Anything but a message between nodes closes its connection; the others go on.
 */
@NullMarked
package dev.portcullis.cluster.wire;

import org.jspecify.annotations.NullMarked;
