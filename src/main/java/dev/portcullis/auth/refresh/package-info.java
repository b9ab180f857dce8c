/**
 * Is this refresh token the newest of its login? Computes refresh tokens, and judges those that come back. Owns no state:
 * the families are rows of their accounts, and no token is stored.
 */
@NullMarked
package dev.portcullis.auth.refresh;

import org.jspecify.annotations.NullMarked;
