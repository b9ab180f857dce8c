package dev.portcullis.cluster.wire;

/**
 * Where the event bus of this node listens.
 *
 * @param messageBytes the largest message that is accepted there
 */
public record BusListenAddress(String host, int port, int messageBytes) {}
