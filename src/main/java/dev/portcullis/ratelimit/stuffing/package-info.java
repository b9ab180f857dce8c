/**
 * Does an address try stolen passwords, or guess tokens? Counts accounts that it fails to log in to, and forged tokens,
 * in the whole cluster, and bans it. Owns these counts, and which addresses each account is used from, as rows.
 * While they can't be counted, no wrong password is told; a refused token stays refused.
 */
@NullMarked
package dev.portcullis.ratelimit.stuffing;

import org.jspecify.annotations.NullMarked;
