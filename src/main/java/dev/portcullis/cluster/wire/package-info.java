/**
 * What may come in at the port of the event bus? Without certificates any process that reaches the port is listened to, and
 * Vert.x believes every length that it reads there. Owns the bytes of messages that are not complete yet, bounded for a
 * connection and for all of them. What is no message of ours ends its connection; the others go on.
 */
@NullMarked
package dev.portcullis.cluster.wire;

import org.jspecify.annotations.NullMarked;
