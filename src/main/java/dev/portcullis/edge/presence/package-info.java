/**
 * Who of this node's clients is in which room, and who wants to know? Owns the clients that want the changes of a room.
 * Without an owner that knows, a join is answered without its members, and {@code presence} with {@code timeout}.
 */
@NullMarked
package dev.portcullis.edge.presence;

import org.jspecify.annotations.NullMarked;
