package dev.portcullis.forked;

import dev.portcullis.auth.token.Tokens;
import dev.portcullis.kit.DevToken;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Hostile clients in a process of their own. Each writes frames as fast as the server reads them: good ones, broken ones
 * and ones that are too large. One that is closed comes back as another user. Ends when its input ends, and prints what
 * it did.
 */
final class HostileFlood {
    /** Between the first dials: in step, the connections would come back in step too. */
    private static final long SPREAD_MS = 20;

    private static final int BATCH = 64;
    private static final int MASKED = 0x80;
    private static final int FIN_TEXT = 0x81;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;

    /** What a connection sends. */
    private enum Kind {
        VALID("{\"type\":\"chat\",\"roomId\":\"lobby\",\"content\":\"flood\",\"id\":\"same\"}", BATCH),
        INVALID("{\"type\":\"chat\",\"roomId\":\"lob", BATCH),
        OVERSIZED("x".repeat(70_000), 1);

        private final String text;
        private final int frames;

        Kind(String text, int frames) {
            this.text = text;
            this.frames = frames;
        }

        Buffer batch() {
            Buffer batch = Buffer.buffer();
            for (int i = 0; i < frames; i++) {
                batch.appendBuffer(masked(text));
            }
            return batch;
        }
    }

    private final Map<Kind, Buffer> batches =
            Stream.of(Kind.values()).collect(Collectors.toMap(kind -> kind, Kind::batch));
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final NetClient client = vertx.createNetClient(new NetClientOptions().setConnectTimeout(5_000));
    private final String host;
    private final int port;
    private final boolean handshakes;
    private final String run = Long.toString(System.nanoTime(), Character.MAX_RADIX);
    private final AtomicLong users = new AtomicLong();
    private final LongAdder bytes = new LongAdder();
    private final Map<String, LongAdder> ends = new ConcurrentHashMap<>();

    private HostileFlood(String host, int port, boolean handshakes) {
        this.host = host;
        this.port = port;
        this.handshakes = handshakes;
    }

    /** Host, port, number of connections, and {@code raw} where there is nothing to shake hands with. */
    public static void main(String[] args) throws Exception {
        HostileFlood flood = new HostileFlood(args[0], Integer.parseInt(args[1]), args.length < 4);
        for (int i = 0; i < Integer.parseInt(args[2]); i++) {
            Kind kind = Kind.values()[i % Kind.values().length];
            flood.vertx.setTimer(1 + i * SPREAD_MS, any -> flood.dial(kind));
        }
        System.out.println("flooding");
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
        System.out.println(flood.users + " connections, " + flood.bytes + " bytes, " + flood.ends);
        System.exit(0);
    }

    private void dial(Kind kind) {
        client.connect(port, host)
                .onSuccess(socket -> begin(socket, kind))
                .onFailure(failure -> vertx.setTimer(100, any -> dial(kind)));
    }

    private void begin(NetSocket socket, Kind kind) {
        long user = users.incrementAndGet();
        socket.exceptionHandler(any -> {});
        socket.closeHandler(any -> vertx.setTimer(10, later -> dial(kind)));
        if (!handshakes) {
            flood(socket, kind);
            return;
        }
        socket.handler(first -> {
            String head = first.toString(StandardCharsets.ISO_8859_1);
            String status = head.substring(0, Math.min(12, head.length()));
            ends.computeIfAbsent(status, any -> new LongAdder()).increment();
            socket.handler(any -> {});
            if (status.endsWith("101")) {
                flood(socket, kind);
            }
        });
        socket.write(
                "GET /ws HTTP/1.1\r\nHost: " + host + ":" + port + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Protocol: portcullis.v1\r\nAuthorization: Bearer "
                        + token("hostile-" + run + "-" + user) + "\r\n\r\n");
    }

    private void flood(NetSocket socket, Kind kind) {
        Buffer batch = Objects.requireNonNull(batches.get(kind));
        bytes.add(batch.length());
        Future<Void> written = socket.write(batch);
        if (socket.writeQueueFull()) {
            socket.drainHandler(any -> flood(socket, kind));
        } else {
            written.onSuccess(any -> vertx.runOnContext(next -> flood(socket, kind)));
        }
    }

    private static String token(String user) {
        return Tokens.signed(Tokens.HEADER, DevToken.of(user).claims().encode(), ForkedNode.SECRET);
    }

    private static Buffer masked(String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        Buffer frame = Buffer.buffer().appendByte((byte) FIN_TEXT);
        if (payload.length < LENGTH_16) {
            frame.appendByte((byte) (MASKED | payload.length));
        } else if (payload.length <= 0xFFFF) {
            frame.appendByte((byte) (MASKED | LENGTH_16)).appendUnsignedShort(payload.length);
        } else {
            frame.appendByte((byte) (MASKED | LENGTH_64)).appendLong(payload.length);
        }
        return frame.appendInt(0).appendBytes(payload); // a mask of zeros changes nothing
    }
}
