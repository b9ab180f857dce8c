/**
 * Is this token genuine, and what does it say? Verifies a JWT against the configured issuers. Owns a cache of verified
 * tokens that may be lost. A token that is not proven lets its bearer in nowhere.
 */
@NullMarked
package dev.portcullis.auth.token;

import org.jspecify.annotations.NullMarked;
