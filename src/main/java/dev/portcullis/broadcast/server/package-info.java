/**
 * What does the application's own server say, and to whom? Messages of the reserved user {@code system}, to a room or to a
 * user's inbox, many in one call. Owns nothing: they are entries of the same streams as those of users, under keys of the
 * same kind. Without the store each message of a call gets {@code unavailable}, and may be sent again under its key.
 */
@NullMarked
package dev.portcullis.broadcast.server;

import org.jspecify.annotations.NullMarked;
