/**
 * Is this refresh token the newest of its login? Computes refresh tokens, and judges those that come back. The families
 * are rows of their accounts, and no token is stored; owns what a node remembers of logins that are over or ask too often, which
 * may be lost.
 */
@NullMarked
package dev.portcullis.auth.refresh;

import org.jspecify.annotations.NullMarked;
