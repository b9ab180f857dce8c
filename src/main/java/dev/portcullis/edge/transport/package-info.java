/**
 * How does a client hang on this node? {@link dev.portcullis.edge.transport.ClientTransport} is what every kind of
 * connection offers to the edge, and {@link dev.portcullis.edge.transport.FrameEncoding} how frames are written for the
 * clients of one kind, so that another protocol is another transport and not another server. Owns the count of the bytes
 * that all connections of the node queue. When memory is short the largest queues are closed, never the node.
 */
@NullMarked
package dev.portcullis.edge.transport;

import org.jspecify.annotations.NullMarked;
