package dev.portcullis.audit.chain;

/**
 * The newest checkpoint of a chain.
 *
 * @param n the number of its line
 * @param hash of its line
 * @param key the id of the key that signed it
 */
public record ChainHead(long n, String hash, String key) {}
