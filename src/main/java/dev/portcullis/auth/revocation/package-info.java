/**
 * Which sessions ended before their time? Writes cut-offs to their streams, which the nodes follow. Owns no state; a
 * cut-off lasts in its stream. One that can't be written fails the call that asked for it.
 */
@NullMarked
package dev.portcullis.auth.revocation;

import org.jspecify.annotations.NullMarked;
