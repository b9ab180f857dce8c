/**
 * What do the HTTP calls of clients do? Serves published files and the calls of users, admits users by their tokens, and
 * sets their cookies. Owns no state. Where a stage does not answer, a call is answered 503, and no password is checked.
 */
@NullMarked
package dev.portcullis.edge.api;

import org.jspecify.annotations.NullMarked;
