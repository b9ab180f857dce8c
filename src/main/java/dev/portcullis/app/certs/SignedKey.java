package dev.portcullis.app.certs;

import dev.portcullis.config.Secret;

/**
 * A private key with its certificate, both in PEM.
 *
 * @param key in PKCS #8, not encrypted
 */
record SignedKey(String certificate, Secret key) {}
