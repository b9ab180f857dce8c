/**
 * What do rooms and inboxes keep of one user, and how does it go? Answers operators, a bounded part at a time. Owns nothing.
 * Where the store fails, a part is done, and the question may be repeated.
 */
@NullMarked
package dev.portcullis.broadcast.user;

import org.jspecify.annotations.NullMarked;
