/**
 * Is this node still alive to the others? Ticks all lanes, which renews the node's leases and reports what moved. Owns the
 * node's incarnation. An expired lease ends the incarnation and all its sessions.
 */
@NullMarked
package dev.portcullis.streams.lane;

import org.jspecify.annotations.NullMarked;
