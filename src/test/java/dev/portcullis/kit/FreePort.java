package dev.portcullis.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Finds a port for a server that must know its port before it listens. Several JVMs run tests at a time, so each claims
 * blocks of ports by listening on the first one of each. Ports of outgoing connections (from 32,768 on under Linux) are
 * excluded, because such a connection could take the port meanwhile.
 */
public final class FreePort {
    private static final int FIRST = 12_000; // a node of a Redis Cluster also listens ten thousand above its port
    private static final int BLOCKS = 100;
    private static final int BLOCK = 100;
    private static final FreePort OF_THIS_JVM = new FreePort();

    private final List<ServerSocket> claims = new ArrayList<>();
    private int block = new Random().nextInt(BLOCKS);
    private int next = BLOCK;

    private FreePort() {}

    /** Returns a port that it has not returned before, as long as there is one. */
    public static int find() {
        return OF_THIS_JVM.findNext();
    }

    private synchronized int findNext() {
        while (true) {
            if (next == BLOCK) {
                claimBlock();
                next = 1;
            }
            int port = port(next++);
            if (isFree(port)) {
                return port;
            }
        }
    }

    private void claimBlock() {
        if (!claimNext()) {
            claims.forEach(FreePort::release);
            claims.clear();
            if (!claimNext()) {
                throw new IllegalStateException("no port is free");
            }
        }
    }

    private boolean claimNext() {
        for (int i = 0; i < BLOCKS; i++) {
            block = (block + 1) % BLOCKS;
            if (claim()) {
                return true;
            }
        }
        return false;
    }

    private boolean claim() {
        try {
            claims.add(listen(port(0)));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private int port(int number) {
        return FIRST + block * BLOCK + number;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = listen(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }

    private static void release(ServerSocket claim) {
        try {
            claim.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
