package dev.portcullis.client.selfaudit.probe;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Agrees on a version and a suite of TLS that the JDK has no more, and says no more than that. */
final class OldTlsServer implements AutoCloseable {
    private final ServerSocket server;
    private final int version;
    private final int suite;

    OldTlsServer(int version, int suite) throws IOException {
        this.version = version;
        this.suite = suite;
        this.server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::accept, "old-tls");
        thread.setDaemon(true);
        thread.start();
    }

    String url() {
        return "wss://127.0.0.1:" + server.getLocalPort() + "/ws";
    }

    private void accept() {
        try {
            while (true) {
                try (Socket client = server.accept()) {
                    greet(client);
                }
            }
        } catch (IOException closed) {
            // the test has ended
        }
    }

    private void greet(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        in.skipNBytes(3);
        in.skipNBytes(in.readUnsignedShort());
        ByteArrayOutputStream hello = new ByteArrayOutputStream();
        hello.writeBytes(new byte[] {22, 3, 1, 0, 42, 2, 0, 0, 38, (byte) (version >> 8), (byte) version});
        hello.writeBytes(new byte[32]);
        hello.writeBytes(new byte[] {0, (byte) (suite >> 8), (byte) suite, 0});
        client.getOutputStream().write(hello.toByteArray());
        client.getOutputStream().flush();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
