/**
 * Is this a code of the user's second factor? Makes secrets and recovery codes, and judges codes (RFC 6238). Owns no state:
 * a factor is a part of the row of its account, where its secret is sealed.
 */
@NullMarked
package dev.portcullis.auth.factor;

import org.jspecify.annotations.NullMarked;
