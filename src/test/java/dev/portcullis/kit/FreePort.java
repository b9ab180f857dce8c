package dev.portcullis.kit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * For those who must know their port before they listen. It is none of those from which the system takes one for each
 * outgoing connection, from 32,768 on under Linux: such a connection could have it by then.
 */
public final class FreePort {
    private static final int FIRST = 12_000; // a node of a Redis Cluster also listens ten thousand above its port
    private static final int COUNT = 10_000;
    private static final AtomicInteger NEXT = new AtomicInteger(new Random().nextInt(COUNT)); // JVMs run side by side

    private FreePort() {}

    /** Not one that it gave before, for as long as there are others. */
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
