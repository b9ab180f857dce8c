package dev.portcullis.client.selfaudit.probe;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Serves each connection on a thread of its own, and ends all of them when it is closed. */
final class LoopbackServer implements AutoCloseable {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final ServerSocket server;
    private final Service service;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** What is done with a connection, which ends with it. */
    @FunctionalInterface
    interface Service {
        void serve(Socket client) throws IOException, GeneralSecurityException, InterruptedException;
    }

    LoopbackServer(Service service) throws IOException {
        this(socket(), service);
    }

    /** @param server may be one of TLS */
    LoopbackServer(ServerSocket server, Service service) {
        this.server = server;
        this.service = service;
    }

    static ServerSocket socket() throws IOException {
        return new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    }

    /** Takes connections from now on: the server that it serves for is made. */
    void start() {
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Ends this one too when the server is closed. */
    Socket ended(Socket other) {
        open.add(other);
        return other;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = ended(server.accept());
                start(() -> serve(client));
            }
        } catch (IOException closed) {
            // the test has ended
        }
    }

    private void serve(Socket client) {
        try (client) {
            service.serve(client);
        } catch (IOException | UncheckedIOException | GeneralSecurityException ended) {
            // this client has gone
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    static Thread start(Runnable work) {
        Thread thread = new Thread(work, "loopback-server");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** The head of a request or an answer. */
    static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) one(in));
        }
        return head.toString();
    }

    static int one(InputStream in) throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException();
        }
        return next;
    }

    /** The proof that a server understands WebSocket (RFC 6455 section 4.2.2). */
    static String accept(String key) throws GeneralSecurityException {
        byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
        return Base64.getEncoder().encodeToString(hash);
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket each : open) {
                each.close();
            }
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
