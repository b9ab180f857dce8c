package dev.portcullis.client.selfaudit.probe;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server of whose connections each does what the test says, however odd. */
final class ScriptedServer implements AutoCloseable {
    private static final Pattern KEY = Pattern.compile("(?i)Sec-WebSocket-Key: *(\\S+)");

    private final LoopbackServer server;
    private final AtomicInteger handshakes = new AtomicInteger();
    private final Script script;

    /** What is done with a connection, which ends with it. */
    @FunctionalInterface
    interface Script {
        void run(Connection connection) throws IOException, GeneralSecurityException;
    }

    /** @param handshakes those that were asked for on all connections, this one included */
    record Connection(InputStream in, OutputStream out, String head, int handshakes) {
        boolean isHandshake() {
            return KEY.matcher(head).find();
        }

        void write(String bytes) throws IOException {
            write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        }

        void write(byte... bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        void page(String headers, String body) throws IOException {
            write("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " + body.length() + "\r\n" + headers
                    + "\r\n" + body);
        }

        void upgrade() throws IOException, GeneralSecurityException {
            Matcher key = KEY.matcher(head);
            String accept = key.find() ? LoopbackServer.accept(key.group(1)) : "";
            write(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                            + accept + "\r\n\r\n");
        }

        void close(int code) throws IOException {
            write((byte) 0x88, (byte) 2, (byte) (code >> 8), (byte) code);
        }

        /** Answers pings until a text of these letters comes, or the end. */
        void pongUntilText() throws IOException {
            for (int head = in.read(); head >= 0; head = in.read()) {
                int length = in.read() & 0x7F;
                length = length == 126 ? in.read() << 8 | in.read() : length;
                byte[] mask = in.readNBytes(4);
                byte[] payload = in.readNBytes(length);
                for (int i = 0; i < payload.length; i++) {
                    payload[i] ^= mask[i % 4];
                }
                if ((head & 0x0F) == 9) {
                    out.write(new byte[] {(byte) 0x8A, (byte) payload.length});
                    write(payload);
                } else if ((head & 0x0F) <= 2) {
                    return;
                }
            }
        }
    }

    ScriptedServer(Script script) throws IOException {
        this(true, script);
    }

    /** @param hasHead whether the head of a request is read first */
    ScriptedServer(boolean hasHead, Script script) throws IOException {
        this.script = script;
        this.server = new LoopbackServer(client -> serve(client, hasHead));
        this.server.start();
    }

    AuditRunner audit(String scheme) {
        return AuditRunner.of(scheme + "://127.0.0.1:" + server.port() + "/ws");
    }

    private void serve(Socket client, boolean hasHead) throws IOException, GeneralSecurityException {
        String head = hasHead ? LoopbackServer.head(client.getInputStream()) : "";
        int count = KEY.matcher(head).find() ? handshakes.incrementAndGet() : handshakes.get();
        script.run(new Connection(client.getInputStream(), client.getOutputStream(), head, count));
    }

    @Override
    public void close() {
        server.close();
    }
}
