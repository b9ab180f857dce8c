/**
 * May this user have one more session? Registers a session under the cap, and probes those that may be dead. Owns no
 * state. What can't be decided in time opens nothing.
 */
@NullMarked
package dev.portcullis.auth.login;

import org.jspecify.annotations.NullMarked;
