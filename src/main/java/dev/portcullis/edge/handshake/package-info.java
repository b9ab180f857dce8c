/**
 * May this client connect? Checks an upgrade request in the order of the protocol's refusals, and opens the connection.
 * Owns the handshakes that wait for their turn. A stage that does not answer refuses the handshake.
 */
@NullMarked
package dev.portcullis.edge.handshake;

import org.jspecify.annotations.NullMarked;
