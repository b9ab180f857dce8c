package dev.portcullis.auth.session;

/**
 * The edge instance that has a session's connection.
 *
 * @param incarnation the incarnation of its node, on whose leases the session depends
 * @param instance number of the edge instance
 */
public record SessionOwner(String node, String incarnation, int instance) {}
