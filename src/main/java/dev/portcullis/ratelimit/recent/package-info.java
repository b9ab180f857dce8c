/**
 * Which different things were seen of one client lately? Bounded sets of hashed items, as rows. Owns no rule: who
 * asks says what an item means. While the store fails nothing is known.
 */
@NullMarked
package dev.portcullis.ratelimit.recent;

import org.jspecify.annotations.NullMarked;
