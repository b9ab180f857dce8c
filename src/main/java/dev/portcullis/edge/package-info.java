/**
 * Which client is on this connection, and what does it ask for? Assembles what one event loop needs to serve clients:
 * the listener, the handshake, the connections, their sessions and the frame paths. Owns the connections of the node.
 * Decides only what a single connection shows. When a stage does not answer, the request is refused and the sender gets
 * {@code unavailable}.
 *
 * <p>{@code Edge} shows what a node's edge is made of, {@code EdgeLoop} one event loop of it, and {@code PublicListener}
 * what a request can reach. Start with {@link dev.portcullis.edge.frame.FramePath} for a frame, and with {@link
 * dev.portcullis.edge.handshake.HandshakeHandler} for a handshake.
 */
@NullMarked
package dev.portcullis.edge;

import org.jspecify.annotations.NullMarked;
