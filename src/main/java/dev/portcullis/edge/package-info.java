/**
 * Who is on this socket, and what did they just say? Puts together what one event loop needs to serve clients: the
 * listener, the handshake, the connections, their sessions and the path of their frames. Owns the connections of the
 * node. Decides only what a connection alone shows; when a stage does not answer, nothing passes and the sender is told
 * {@code unavailable}.
 *
 * <p>Begin with {@link dev.portcullis.edge.frame.FramePath} for a frame, and with {@link
 * dev.portcullis.edge.handshake.HandshakeHandler} for a handshake.
 */
@NullMarked
package dev.portcullis.edge;

import org.jspecify.annotations.NullMarked;
