/**
 * Is this token genuine, and what does it claim? Verifies a JWT against the configured issuers. Owns a cache of
 * verified tokens that may be lost. A token that is not verified grants nothing.
 */
@NullMarked
package dev.portcullis.auth.token;

import org.jspecify.annotations.NullMarked;
