/**
 * What does an admin say to every open session? Makes an entry of the stream of notifications, which every edge follows. Owns
 * nothing. While the store fails, nothing is said.
 */
@NullMarked
package dev.portcullis.broadcast.notification;

import org.jspecify.annotations.NullMarked;
