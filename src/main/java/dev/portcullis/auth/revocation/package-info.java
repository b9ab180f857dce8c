/**
 * Which tokens and sessions ended early? Revokes them in the store, writes the cut-offs, and hints at them. Owns no state:
 * the streams keep each cut-off. A cut-off that can't be written fails the call that asked for it.
 */
@NullMarked
package dev.portcullis.auth.revocation;

import org.jspecify.annotations.NullMarked;
