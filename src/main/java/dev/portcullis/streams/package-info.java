/**
 * In what order, and was anything missed? Streams of numbered entries: appending, resuming, and the orderers that hand
 * each entry on once and in turn; and the looks at the lanes, which renew the node's leases. Owns the streams, in the store; what is held here can be read again. Without the store
 * nothing is appended, and what is carried stands still.
 */
@NullMarked
package dev.portcullis.streams;

import org.jspecify.annotations.NullMarked;
