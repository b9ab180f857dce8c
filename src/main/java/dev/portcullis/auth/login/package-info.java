/**
 * May this user have one more session, or go on with this one? Registers a session under the cap, probes sessions that
 * may be dead, and gives a session another token. Owns no state. Opens nothing where it can't decide in time.
 */
@NullMarked
package dev.portcullis.auth.login;

import org.jspecify.annotations.NullMarked;
