/**
 * Who is on this socket, and what did they just say? The handshake, the connections and the path of a frame through the
 * deciding stages. Owns connections and what waits for them. Decides only what the socket alone shows; when a stage
 * does not answer, nothing passes and the sender is told {@code unavailable}.
 *
 * <p>Begin with {@link dev.portcullis.edge.FramePath}.
 */
@NullMarked
package dev.portcullis.edge;

import org.jspecify.annotations.NullMarked;
