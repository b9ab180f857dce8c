/**
 * Which TCP connections may stay open, and for how long? Counts connections from their accept, before TLS and HTTP, lets
 * them wait for their turn where many come at once, learns the client's address from the PROXY header of a trusted proxy, and reads one bounded request of each at a
 * time. Owns the pending connections: those that have not upgraded to a WebSocket. At a limit the oldest one is closed.
 * The transport also runs the handlers that the node gives for the accepts of its other servers.
 */
@NullMarked
package dev.portcullis.edge.tcp;

import org.jspecify.annotations.NullMarked;
