/**
 * How does a frame cross the wire? Turns a Vert.x WebSocket, whose defaults leave several resources unbounded, into a
 * {@link dev.portcullis.edge.socket.ChatSocket}: strict UTF-8, bounded fragments, pings and outbox, shared frames, one
 * flush for a burst. The only package that uses Netty and Vert.x internals of WebSockets. Owns the bytes queued for one
 * socket. A socket that breaks a rule or reads too slowly is closed and affects no other.
 */
@NullMarked
package dev.portcullis.edge.socket;

import org.jspecify.annotations.NullMarked;
