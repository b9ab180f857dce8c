/**
 * Who may hold a TCP connection, and for how long? Counts connections from their accept, before TLS and HTTP, and reads
 * one bounded request of each at a time. Owns the pending connections: those that carry no WebSocket yet. At a limit
 * the one that has waited longest is closed.
 */
@NullMarked
package dev.portcullis.edge.tcp;

import org.jspecify.annotations.NullMarked;
