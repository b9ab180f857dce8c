/**
 * Which sessions are live, and which tokens begin none any more? The records of sessions and revocations, the ports to
 * their store, and two adapters of each. Owns the sessions and the revocations, which change in one step. While the store
 * can't answer, no session begins, and none counts as ended.
 */
@NullMarked
package dev.portcullis.auth.session;

import org.jspecify.annotations.NullMarked;
