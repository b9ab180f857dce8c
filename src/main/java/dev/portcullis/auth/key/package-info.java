/**
 * Who signed this? Reads the keys of issuers, from the configuration or from the issuers' servers, and checks
 * signatures. Owns the fetched key sets, which may be lost. While a server does not answer, the last set that was read
 * stays in use; without any set, tokens of its issuer can't be checked, and those of other issuers can.
 */
@NullMarked
package dev.portcullis.auth.key;

import org.jspecify.annotations.NullMarked;
