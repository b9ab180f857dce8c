/**
 * Is this node still alive to the others? Reads each lane in turn, which renews the node's leases and tells what moved.
 * Owns the node's incarnation. A lost lease ends the incarnation and all its sessions.
 */
@NullMarked
package dev.portcullis.streams.lane;

import org.jspecify.annotations.NullMarked;
