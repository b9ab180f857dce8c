/**
 * Which sessions are live? The records of sessions, the port to their store, and its two adapters. Owns the sessions.
 * While the store can't answer, no session begins, and none counts as ended.
 */
@NullMarked
package dev.portcullis.auth.session;

import org.jspecify.annotations.NullMarked;
