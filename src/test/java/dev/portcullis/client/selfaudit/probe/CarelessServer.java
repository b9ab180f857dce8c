package dev.portcullis.client.selfaudit.probe;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A WebSocket server that checks nothing: it upgrades whatever names a key, agrees on the first subprotocol, takes every frame and
 * answers every ping, and answers every other request with a page that shows too much.
 */
final class CarelessServer implements AutoCloseable {
    private static final Pattern KEY = Pattern.compile("(?i)Sec-WebSocket-Key: *(\\S+)");
    private static final Pattern PROTOCOL = Pattern.compile("(?i)Sec-WebSocket-Protocol: *([^,\\s]+)");

    private final LoopbackServer server;
    private final boolean isMute;

    /** Never answers a ping. */
    static CarelessServer mute() throws IOException {
        return new CarelessServer(LoopbackServer.socket(), true);
    }

    CarelessServer() throws IOException {
        this(LoopbackServer.socket());
    }

    /** @param server may be one of TLS */
    CarelessServer(ServerSocket server) {
        this(server, false);
    }

    private CarelessServer(ServerSocket server, boolean isMute) {
        this.isMute = isMute;
        this.server = new LoopbackServer(server, this::serve);
        this.server.start();
    }

    int port() {
        return server.port();
    }

    private void serve(Socket client) throws IOException, GeneralSecurityException {
        InputStream in = new BufferedInputStream(client.getInputStream());
        String head = LoopbackServer.head(in);
        Matcher key = KEY.matcher(head);
        if (!key.find()) {
            String first = head.split("\r?\n", 2)[0];
            String page = "<h1>Error at dev.example.Main.run(Main.java:12)</h1>root:x:0:0:root " + first
                    + "\n# TYPE careless counter\n";
            client.getOutputStream()
                    .write(("HTTP/1.1 200 OK\r\nServer: Careless/1.2.3\r\nContent-Type: text/html\r\n"
                                    + "Access-Control-Allow-Origin: *\r\nContent-Length: " + page.length()
                                    + "\r\nConnection: close\r\n\r\n" + page)
                            .getBytes(StandardCharsets.ISO_8859_1));
            return;
        }
        Matcher protocol = PROTOCOL.matcher(head);
        String agreed = protocol.find() ? "Sec-WebSocket-Protocol: " + protocol.group(1) + "\r\n" : "";
        client.getOutputStream()
                .write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Accept: " + LoopbackServer.accept(key.group(1)) + "\r\n" + agreed
                                + "\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        answerPings(in, client.getOutputStream());
    }

    private void answerPings(InputStream in, OutputStream out) throws IOException {
        try {
            while (true) {
                int head = LoopbackServer.one(in);
                int second = LoopbackServer.one(in);
                long length = second & 0x7F;
                if (length == 126) {
                    length = (long) LoopbackServer.one(in) << 8 | LoopbackServer.one(in);
                } else if (length == 127) {
                    length = 0;
                    for (int i = 0; i < 8; i++) {
                        length = length << 8 | LoopbackServer.one(in);
                    }
                }
                byte[] mask = (second & 0x80) != 0 ? in.readNBytes(4) : new byte[4];
                ByteArrayOutputStream payload = new ByteArrayOutputStream();
                for (long i = 0; i < length; i++) {
                    payload.write(LoopbackServer.one(in) ^ mask[(int) (i % 4)]);
                }
                if ((head & 0x0F) == 0x9 && !isMute) {
                    out.write(0x8A);
                    out.write(payload.size());
                    out.write(payload.toByteArray());
                    out.flush();
                }
            }
        } catch (EOFException ended) {
            // this client has gone
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
