/**
 * Which sessions are live, and which tokens begin none any more? The records of sessions, the port to
 * their store with two adapters, and the rows of revocations. Owns both: a session rests on the rows of its token. While the store
 * can't answer, no session begins, and none counts as ended.
 */
@NullMarked
package dev.portcullis.auth.session;

import org.jspecify.annotations.NullMarked;
