/**
 * How does a frame cross the wire? Turns a Vert.x WebSocket, whose defaults leave several doors open, into a
 * {@link dev.portcullis.edge.socket.ChatSocket}: strict UTF-8, bounded fragments, pings and outbox, shared frames, one
 * flush for a burst. The only place that touches Netty and Vert.x internals. Owns what waits for one socket. A socket
 * that breaks the rules or reads too slowly is closed, and hurts nobody else.
 */
@NullMarked
package dev.portcullis.edge.socket;

import org.jspecify.annotations.NullMarked;
