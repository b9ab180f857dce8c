package dev.portcullis.app;

import dev.portcullis.config.Loopback;

/**
 * Where a listener binds.
 *
 * @param port 0 takes any free one
 */
public record Listener(String host, int port) {
    boolean onLoopback() {
        return Loopback.isMeantBy(host);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
