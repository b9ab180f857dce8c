/**
 * May this user have one more session? Registers a session under the cap, and probes sessions that may be dead. Owns no
 * state. Opens nothing where it can't decide in time.
 */
@NullMarked
package dev.portcullis.auth.login;

import org.jspecify.annotations.NullMarked;
