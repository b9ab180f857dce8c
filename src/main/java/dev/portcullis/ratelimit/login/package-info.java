/**
 * How often may a password be tried? Counts logins and registrations of an address, and failed passwords of an account.
 * Owns these counters, as rows. While they can't be counted, no user logs in with a password (CWE-307); open
 * sessions and refreshes are not affected.
 */
@NullMarked
package dev.portcullis.ratelimit.login;

import org.jspecify.annotations.NullMarked;
