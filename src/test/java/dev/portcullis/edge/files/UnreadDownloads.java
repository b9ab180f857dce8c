package dev.portcullis.edge.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sockets that ask for a file and read no more than the head of its answer. One that is refused or cut off is opened again half a
 * second later, for as long as this is open: what they hold counts here, not how many connections the machine can open.
 */
final class UnreadDownloads implements AutoCloseable {
    private static final int SMALL = 4_096;
    private static final int STATUS = 12;
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** Between two bytes that are written to notice the end of a connection: what was not read hides it from a reader. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final int port;
    private final List<Unread> sockets = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "unread-downloads");
    private volatile boolean closed;
    private volatile int held;

    /** Who opens sockets: from a local address, with the request that each sends. */
    record Attacker(InetAddress from, String request) {
        static Attacker of(InetAddress from, String file, String token) {
            return new Attacker(
                    from,
                    "GET /api/files/" + file + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                            + "\r\n\r\n");
        }
    }

    private UnreadDownloads(int port) {
        this.port = port;
    }

    /** @param each sockets of each attacker */
    static UnreadDownloads open(int port, List<Attacker> attackers, int each) {
        UnreadDownloads opened = new UnreadDownloads(port);
        for (int socket = 0; socket < each; socket++) {
            attackers.forEach(attacker -> opened.sockets.add(opened.new Unread(attacker)));
        }
        opened.thread.start();
        return opened;
    }

    /** Sockets to which a file is on its way, as far as they know. */
    int held() {
        return held;
    }

    private void run() {
        while (!closed) {
            sockets.forEach(Unread::step);
            held = (int) sockets.stream().filter(Unread::isServed).count();
            LockSupport.parkNanos(STEP_NANOS);
        }
        sockets.forEach(Unread::end);
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    private final class Unread {
        private final Attacker attacker;
        private final ByteBuffer head = ByteBuffer.allocate(STATUS);
        private @Nullable SocketChannel channel;
        private long lookedAt;
        private long endedAt = System.nanoTime() - AGAIN_NANOS;

        Unread(Attacker attacker) {
            this.attacker = attacker;
        }

        boolean isServed() {
            return channel != null && !head.hasRemaining();
        }

        void step() {
            SocketChannel open = channel;
            try {
                if (open == null) {
                    if (System.nanoTime() - endedAt >= AGAIN_NANOS) {
                        begin();
                    }
                } else if (head.hasRemaining()) {
                    readHead(open);
                } else if (System.nanoTime() - lookedAt > LOOK_NANOS) {
                    lookedAt = System.nanoTime();
                    var unused = open.write(ByteBuffer.allocate(1));
                }
            } catch (IOException cut) {
                end();
            }
        }

        private void begin() throws IOException {
            SocketChannel opened = SocketChannel.open();
            channel = opened;
            opened.setOption(StandardSocketOptions.SO_RCVBUF, SMALL);
            opened.bind(new InetSocketAddress(attacker.from(), 0));
            opened.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            opened.configureBlocking(false);
            var unused = opened.write(ByteBuffer.wrap(attacker.request().getBytes(StandardCharsets.ISO_8859_1)));
            head.clear();
        }

        private void readHead(SocketChannel open) throws IOException {
            if (open.read(head) < 0
                    || (!head.hasRemaining()
                            && !new String(head.array(), StandardCharsets.ISO_8859_1).endsWith(" 200"))) {
                end();
            }
        }

        void end() {
            SocketChannel open = channel;
            channel = null;
            endedAt = System.nanoTime();
            head.clear();
            try {
                if (open != null) {
                    open.close();
                }
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        }
    }
}
