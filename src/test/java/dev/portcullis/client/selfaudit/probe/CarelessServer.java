package dev.portcullis.client.selfaudit.probe;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A WebSocket server that checks nothing: it upgrades whatever names a key, agrees on the first subprotocol, takes every frame and
 * answers every ping, and answers every other request with a page that shows too much.
 */
final class CarelessServer implements AutoCloseable {
    private static final Pattern KEY = Pattern.compile("(?i)Sec-WebSocket-Key: *(\\S+)");
    private static final Pattern PROTOCOL = Pattern.compile("(?i)Sec-WebSocket-Protocol: *([^,\\s]+)");
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final ServerSocket server;
    private final boolean isMute;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** Never answers a ping. */
    static CarelessServer mute() throws IOException {
        return new CarelessServer(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), true);
    }

    CarelessServer() throws IOException {
        this(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()));
    }

    /** @param server may be one of TLS */
    CarelessServer(ServerSocket server) {
        this(server, false);
    }

    private CarelessServer(ServerSocket server, boolean isMute) {
        this.server = server;
        this.isMute = isMute;
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                open.add(client);
                start(() -> serve(client));
            }
        } catch (IOException closed) {
            // the test has ended
        }
    }

    private void serve(Socket client) {
        try (client) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            String head = head(in);
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
                                    + "Sec-WebSocket-Accept: " + accept(key.group(1)) + "\r\n" + agreed + "\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            answerPings(in, client.getOutputStream());
        } catch (IOException | GeneralSecurityException ended) {
            // this client has gone
        }
    }

    private void answerPings(InputStream in, OutputStream out) throws IOException {
        try {
            while (true) {
                int head = one(in);
                int second = one(in);
                long length = second & 0x7F;
                if (length == 126) {
                    length = (long) one(in) << 8 | one(in);
                } else if (length == 127) {
                    length = 0;
                    for (int i = 0; i < 8; i++) {
                        length = length << 8 | one(in);
                    }
                }
                byte[] mask = (second & 0x80) != 0 ? in.readNBytes(4) : new byte[4];
                ByteArrayOutputStream payload = new ByteArrayOutputStream();
                for (long i = 0; i < length; i++) {
                    payload.write(one(in) ^ mask[(int) (i % 4)]);
                }
                if ((head & 0x0F) == 0x9 && !isMute) {
                    out.write(0x8A);
                    out.write(payload.size());
                    out.write(payload.toByteArray());
                    out.flush();
                }
            }
        } catch (EOFException ended) {
            // likewise
        }
    }

    private static String accept(String key) throws GeneralSecurityException {
        byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
        return Base64.getEncoder().encodeToString(hash);
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) one(in));
        }
        return head.toString();
    }

    private static int one(InputStream in) throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException();
        }
        return next;
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "careless-server");
        thread.setDaemon(true);
        thread.start();
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
