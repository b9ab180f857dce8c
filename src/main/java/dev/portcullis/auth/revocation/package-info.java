/**
 * Which sessions ended early? Writes cut-offs to their streams, which every node follows. Owns no state: the stream
 * keeps each cut-off. A cut-off that can't be written fails the call that asked for it.
 */
@NullMarked
package dev.portcullis.auth.revocation;

import org.jspecify.annotations.NullMarked;
