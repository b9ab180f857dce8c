/**
 * Does this connection still have a session? Opens sessions, closes connections whose session was revoked, and compares
 * both with the store. Owns how recent the cut-offs are that the node has read. While that is not known, no frame
 * passes.
 */
@NullMarked
package dev.portcullis.edge.session;

import org.jspecify.annotations.NullMarked;
