/**
 * Which user does a client certificate mean, and which tokens is it bound to? Pure rules over the names and the hash of
 * a certificate that TLS has verified. Owns nothing. A certificate whose names are not clear is refused.
 */
@NullMarked
package dev.portcullis.auth.certificate;

import org.jspecify.annotations.NullMarked;
