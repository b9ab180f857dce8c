package dev.portcullis.kit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds a port for a server that must know its port before it listens. Ports of outgoing connections (from 32,768 on
 * under Linux) are excluded, because such a connection could take the port meanwhile.
 */
public final class FreePort {
    private static final int FIRST = 12_000; // a node of a Redis Cluster also listens ten thousand above its port
    private static final int COUNT = 10_000;
    private static final AtomicInteger NEXT = new AtomicInteger(new Random().nextInt(COUNT)); // several JVMs run tests

    private FreePort() {}

    /** Returns a port that it has not returned before, as long as there is one. */
    public static int find() {
        for (int i = 0; i < COUNT; i++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no port is free");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
