package dev.portcullis.hardening;

import dev.portcullis.kit.TestNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Sends requests, parts of requests, frames and random bytes in random segments. Connections end in random ways. */
final class RandomPipelines {
    private final TestNode node;
    private final Random random;
    private final List<Supplier<String>> pieces;
    private int users;

    RandomPipelines(TestNode node, Random random) {
        this.node = node;
        this.random = random;
        this.pieces = List.of(
                () -> upgrade(""),
                () -> upgrade(""),
                () -> upgrade(bearer(node.token("pipeline-" + random.nextInt(1_000) + "-" + users++))),
                () -> upgrade(bearer(node.token("pipeline-" + random.nextInt(1_000) + "-" + users++))),
                () -> upgrade(bearer("no.good.token")),
                () -> upgrade("Content-Length: 3\r\n") + "abc",
                () -> upgrade("Transfer-Encoding: chunked\r\n"),
                () -> upgrade("Host: again\r\n"),
                () -> upgrade("Origin: https://evil.example\r\n"),
                () -> upgrade("").replace("dGhl", "!!!!"),
                () -> upgrade("").replace("Version: 13", "Version: 8"),
                () -> upgrade("a:\r\n".repeat(100)),
                () -> upgrade("").substring(random.nextInt(100)),
                () -> upgrade("").substring(0, random.nextInt(100)),
                () -> "GET /schemas/ping.json HTTP/1.1\r\nHost: x\r\n\r\n",
                () -> "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
                () -> "GET /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n",
                () -> "GET /nothing HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                () -> "GET /schemas/ping.json HTTP/1.0\r\nHost: x\r\n\r\n",
                () -> "GET /schemas/ping.json HTTP/1.1\r\n\r\n",
                () -> "POST /ws HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody",
                () -> "0\r\n\r\n",
                () -> "\r\n\r\n",
                this::garbage,
                this::frame);
    }

    static String upgrade(String headers) {
        return "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headers + "\r\n";
    }

    void send(int connections) {
        for (int i = 0; i < connections; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(1 + random.nextInt(30));
                send(socket, pipeline());
                leave(socket);
            } catch (IOException cut) {
                // the server may close at any time
            }
        }
    }

    private String pipeline() {
        StringBuilder all = new StringBuilder();
        int count = 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            all.append(pieces.get(random.nextInt(pieces.size())).get());
        }
        return all.toString();
    }

    private void send(Socket socket, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        OutputStream out = socket.getOutputStream();
        for (int sent = 0; sent < bytes.length; ) {
            int segment = random.nextInt(3) > 0 ? bytes.length - sent : 1 + random.nextInt(bytes.length - sent);
            out.write(bytes, sent, segment);
            sent += segment;
            if (random.nextBoolean()) {
                read(socket);
            }
        }
    }

    private void leave(Socket socket) throws IOException {
        switch (random.nextInt(4)) {
            case 0 -> socket.setSoLinger(true, 0); // a reset
            case 1 -> {
                socket.shutdownOutput();
                read(socket);
            }
            case 2 -> read(socket);
            default -> {
                // closes without reading
            }
        }
    }

    private static void read(Socket socket) {
        try {
            while (socket.getInputStream().read() >= 0) {
                // ignores the answer
            }
        } catch (IOException quietOrCut) {
            if (socket.isClosed()) {
                throw new UncheckedIOException(quietOrCut);
            }
        }
    }

    private String garbage() {
        byte[] bytes = new byte[1 + random.nextInt(200)];
        random.nextBytes(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private String frame() {
        byte[] frame = {(byte) (0x80 | random.nextInt(16)), (byte) 0x82, 0, 0, 0, 0, '{', '}'};
        return new String(frame, StandardCharsets.ISO_8859_1);
    }

    private static String bearer(String token) {
        return "Sec-WebSocket-Protocol: portcullis.v1, bearer." + token + "\r\n";
    }
}
