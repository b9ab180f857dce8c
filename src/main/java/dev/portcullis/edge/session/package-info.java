/**
 * Does this connection still have a session? Opens sessions, closes connections whose session was revoked, and compares
 * both with the store. Owns the freshness of the cut-offs that the node has read. While a lane is not fresh, no frame
 * of its users passes.
 */
@NullMarked
package dev.portcullis.edge.session;

import org.jspecify.annotations.NullMarked;
