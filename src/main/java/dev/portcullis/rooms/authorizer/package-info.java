/**
 * May the user enter a room of which only the application knows? Asks a service of the application, remembers its answers
 * for a while, and owns nothing else. Without an answer no user enters.
 */
@NullMarked
package dev.portcullis.rooms.authorizer;

import org.jspecify.annotations.NullMarked;
