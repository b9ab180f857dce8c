package dev.portcullis.edge;

import java.util.Optional;

/**
 * The other end of a connection, as the handshake saw it.
 *
 * @param address in canonical form, behind trusted proxies
 * @param since when it came, in milliseconds
 */
record Peer(String address, Optional<String> origin, String userAgent, Crowd.Place place, long since) {}
