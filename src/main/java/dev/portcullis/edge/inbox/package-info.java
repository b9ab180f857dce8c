/**
 * How far was a connection sent its user's inbox? Owns that position, which is lost with the connection: the next one begins
 * where the store says.
 */
@NullMarked
package dev.portcullis.edge.inbox;

import org.jspecify.annotations.NullMarked;
