/**
 * Can this key and this certificate be used? Checks of PEM files, what a failed TLS connection says of them, digests, base64url, and
 * comparisons of secrets. Owns no state. What can't be used is a problem of the configuration.
 */
@NullMarked
package dev.portcullis.config.crypto;

import org.jspecify.annotations.NullMarked;
