package dev.portcullis.auth.session;

/**
 * Who holds a session's connection.
 *
 * @param incarnation the life of that node on whose leases the session hangs
 * @param instance of its edge
 */
public record SessionOwner(String node, String incarnation, int instance) {}
