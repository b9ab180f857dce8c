/**
 * What is known of a client while it is connected? One {@link dev.portcullis.edge.connection.Connection} for each
 * WebSocket: its state, its room subscriptions, the current frame and the queued ones, its heartbeat. Owns the
 * connections of one event loop. A connection that fails is closed and affects no other.
 */
@NullMarked
package dev.portcullis.edge.connection;

import org.jspecify.annotations.NullMarked;
