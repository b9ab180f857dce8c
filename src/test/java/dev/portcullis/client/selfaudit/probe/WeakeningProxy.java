package dev.portcullis.client.selfaudit.probe;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** Stands in front of a node and takes one of its protections away, as a careless proxy or a careless release would. */
final class WeakeningProxy implements AutoCloseable {
    private final LoopbackServer server;
    private final int target;
    private final Weakness weakness;

    /**
     * What the proxy changes.
     *
     * @param request the head of a request
     * @param response the head and the body of a response
     * @param sent a text of the client
     * @param received a text of the server
     */
    record Weakness(
            UnaryOperator<String> request,
            UnaryOperator<String> response,
            UnaryOperator<String> sent,
            UnaryOperator<String> received) {
        private static final UnaryOperator<String> SAME = UnaryOperator.identity();

        static Weakness ofRequest(UnaryOperator<String> change) {
            return new Weakness(change, SAME, SAME, SAME);
        }

        static Weakness ofResponse(UnaryOperator<String> change) {
            return new Weakness(SAME, change, SAME, SAME);
        }

        static Weakness ofSent(UnaryOperator<String> change) {
            return new Weakness(SAME, SAME, change, SAME);
        }

        static Weakness ofReceived(UnaryOperator<String> change) {
            return new Weakness(SAME, SAME, SAME, change);
        }
    }

    WeakeningProxy(int target, Weakness weakness) throws IOException {
        this(LoopbackServer.socket(), target, weakness);
    }

    /** @param server may be one of TLS */
    WeakeningProxy(ServerSocket server, int target, Weakness weakness) {
        this.target = target;
        this.weakness = weakness;
        this.server = new LoopbackServer(server, this::join);
        this.server.start();
    }

    int port() {
        return server.port();
    }

    String url() {
        return "ws://127.0.0.1:" + server.port() + "/ws";
    }

    private void join(Socket client) throws IOException, InterruptedException {
        try (Socket node = server.ended(new Socket(InetAddress.getLoopbackAddress(), target))) {
            InputStream fromClient = new BufferedInputStream(client.getInputStream());
            InputStream fromNode = new BufferedInputStream(node.getInputStream());
            node.getOutputStream().write(bytes(weakness.request().apply(head(fromClient))));
            node.getOutputStream().flush();
            Thread answers = LoopbackServer.start(() -> answer(fromNode, client, node));
            try {
                copy(fromClient, node.getOutputStream(), weakness.sent(), true);
            } finally {
                node.shutdownOutput();
            }
            answers.join();
        }
    }

    private void answer(InputStream fromNode, Socket client, Socket node) {
        try (client;
                node) {
            String head = head(fromNode);
            if (head.startsWith("HTTP/1.1 101")) {
                client.getOutputStream().write(bytes(weakness.response().apply(head)));
                copyFrames(fromNode, client.getOutputStream(), weakness.received(), false);
            } else {
                String all = head + new String(fromNode.readAllBytes(), StandardCharsets.ISO_8859_1);
                client.getOutputStream().write(bytes(weakness.response().apply(all)));
            }
            client.getOutputStream().flush();
        } catch (IOException ended) {
            // one side has gone, and so the other goes
        }
    }

    /** What follows a request of the client: frames, or a body that passes unchanged. */
    private static void copy(InputStream in, OutputStream out, UnaryOperator<String> change, boolean isMasked)
            throws IOException {
        in.mark(1);
        int first = in.read();
        if (first < 0) {
            return;
        }
        in.reset();
        if ((first & 0x80) != 0 || first < 0x10) {
            copyFrames(in, out, change, isMasked);
        } else {
            in.transferTo(out);
        }
    }

    private static void copyFrames(InputStream in, OutputStream out, UnaryOperator<String> change, boolean isMasked)
            throws IOException {
        try {
            while (true) {
                int head = LoopbackServer.one(in);
                int second = LoopbackServer.one(in);
                int length = second & 0x7F;
                if (length == 126) {
                    length = LoopbackServer.one(in) << 8 | LoopbackServer.one(in);
                } else if (length == 127) {
                    in.skipNBytes(4);
                    length = LoopbackServer.one(in) << 24
                            | LoopbackServer.one(in) << 16
                            | LoopbackServer.one(in) << 8
                            | LoopbackServer.one(in);
                }
                byte[] mask = (second & 0x80) != 0 ? in.readNBytes(4) : new byte[4];
                byte[] payload = in.readNBytes(length);
                for (int i = 0; i < payload.length; i++) {
                    payload[i] ^= mask[i % 4];
                }
                boolean isText = head == 0x81;
                write(
                        out,
                        head,
                        isText ? utf8(change.apply(new String(payload, StandardCharsets.UTF_8))) : payload,
                        isMasked);
            }
        } catch (EOFException ended) {
            // so is the copy
        }
    }

    private static void write(OutputStream out, int head, byte[] payload, boolean isMasked) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        int masked = isMasked ? 0x80 : 0;
        frame.write(head);
        if (payload.length < 126) {
            frame.write(masked | payload.length);
        } else if (payload.length < 65_536) {
            frame.write(masked | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        } else {
            frame.write(masked | 127);
            frame.writeBytes(new byte[4]);
            frame.write(payload.length >> 24);
            frame.write(payload.length >> 16);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        }
        if (isMasked) {
            frame.writeBytes(new byte[4]);
        }
        frame.writeBytes(payload);
        out.write(frame.toByteArray());
        out.flush();
    }

    /** Also one whose lines end with a line feed alone. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0 && head.indexOf("\n\n") < 0) {
            head.append((char) LoopbackServer.one(in));
        }
        return head.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.close();
    }
}
