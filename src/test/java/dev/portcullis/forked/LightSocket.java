package dev.portcullis.forked;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A WebSocket of a load generator: without a thread or a pipeline. The owner of the selector calls
 * {@link #ready}. It trusts the server, and masks with zeros.
 */
final class LightSocket {
    private static final Pattern RETRY_AFTER = Pattern.compile("(?i)\r\nretry-after: *(\\d+)");
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int SWITCHING = 101;
    private static final int MASKED = 0x80;
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int LENGTH_16 = 126;

    private final SocketChannel channel;
    private final SelectionKey key;
    private final Listener listener;
    private final byte[] request;
    private byte[] unread = {};
    private byte[] unsent = {};
    private boolean upgraded;
    private boolean closed;

    /** Called on the thread of the selector. */
    interface Listener {
        void upgraded();

        /** @param retryAfterS as the server says it, or 0 */
        void refused(int status, int retryAfterS);

        void text(byte[] bytes, int from, int to);

        /** Not after a refusal. */
        void closed();
    }

    private LightSocket(SocketChannel channel, SelectionKey key, byte[] request, Listener listener) {
        this.channel = channel;
        this.key = key;
        this.request = request;
        this.listener = listener;
    }

    static LightSocket dial(Selector selector, int port, String token, Listener listener) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
        LightSocket socket = new LightSocket(
                channel,
                key,
                ("GET /ws HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                                + "Sec-WebSocket-Protocol: portcullis.v1\r\nAuthorization: Bearer " + token
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII),
                listener);
        key.attach(socket);
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }

    /** @param shared a buffer of the selector's thread, for the time of this call */
    void ready(ByteBuffer shared) {
        try {
            if (key.isConnectable() && channel.finishConnect()) {
                key.interestOps(SelectionKey.OP_READ);
                write(request);
            }
            if (key.isValid() && key.isWritable()) {
                key.interestOps(SelectionKey.OP_READ);
                byte[] rest = unsent;
                unsent = new byte[0];
                write(rest);
            }
            if (key.isValid() && key.isReadable()) {
                read(shared);
            }
        } catch (IOException gone) {
            end();
        }
    }

    void send(String text) {
        frame(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Without a word to the listener. */
    void drop() {
        closed = true;
        key.cancel();
        try {
            channel.close();
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    private void end() {
        if (!closed) {
            drop();
            listener.closed();
        }
    }

    private void frame(int opcode, byte[] payload) {
        boolean isShort = payload.length < LENGTH_16;
        ByteBuffer frame =
                ByteBuffer.allocate(payload.length + (isShort ? 6 : 8)).put((byte) (MASKED | opcode));
        if (isShort) {
            frame.put((byte) (MASKED | payload.length));
        } else {
            frame.put((byte) (MASKED | LENGTH_16)).putShort((short) payload.length);
        }
        try {
            write(frame.putInt(0).put(payload).array());
        } catch (IOException gone) {
            end();
        }
    }

    private void write(byte[] bytes) throws IOException {
        if (unsent.length > 0) {
            unsent = joined(unsent, ByteBuffer.wrap(bytes));
            return;
        }
        ByteBuffer out = ByteBuffer.wrap(bytes);
        channel.write(out);
        if (out.hasRemaining()) {
            unsent = joined(unsent, out);
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
    }

    private void read(ByteBuffer shared) throws IOException {
        shared.clear().put(unread);
        unread = new byte[0];
        int read = channel.read(shared);
        if (read < 0) {
            end();
            return;
        }
        byte[] bytes = new byte[shared.flip().remaining()];
        shared.get(bytes);
        int done = upgraded ? 0 : head(bytes);
        if (upgraded) {
            done = frames(bytes, done);
        }
        unread = closed ? new byte[0] : Arrays.copyOfRange(bytes, done, bytes.length);
    }

    private int head(byte[] bytes) {
        int headEnd = Bytes.find(HEAD_END, bytes, 0, bytes.length);
        if (headEnd < 0) {
            return 0;
        }
        String head = new String(bytes, 0, headEnd, StandardCharsets.US_ASCII);
        int status = Integer.parseInt(head.substring(9, 12));
        if (status == SWITCHING) {
            upgraded = true;
            listener.upgraded();
        } else {
            Matcher retryAfter = RETRY_AFTER.matcher(head);
            drop();
            listener.refused(status, retryAfter.find() ? Integer.parseInt(retryAfter.group(1)) : 0);
        }
        return headEnd + HEAD_END.length;
    }

    private int frames(byte[] bytes, int from) {
        int end = bytes.length;
        int at = from;
        while (!closed && end - at >= 2) {
            int length = bytes[at + 1] & 0x7f;
            int payload = at + 2;
            if (length >= LENGTH_16) {
                int size = length == LENGTH_16 ? 2 : 8;
                payload += size;
                if (payload > end) {
                    break;
                }
                length = 0;
                for (int i = payload - size; i < payload; i++) {
                    length = (length << 8) | (bytes[i] & 0xff);
                }
            }
            if (payload + length > end) {
                break;
            }
            frame(bytes[at] & 0x0f, bytes, payload, payload + length);
            at = payload + length;
        }
        return at;
    }

    private void frame(int opcode, byte[] bytes, int from, int to) {
        switch (opcode) {
            case TEXT -> listener.text(bytes, from, to);
            case PING -> frame(PONG, Arrays.copyOfRange(bytes, from, to));
            case CLOSE -> end();
            default -> {}
        }
    }

    private static byte[] joined(byte[] first, ByteBuffer rest) {
        byte[] all = Arrays.copyOf(first, first.length + rest.remaining());
        rest.get(all, first.length, rest.remaining());
        return all;
    }

    /** Finds what is needed of a frame without reading all of it. */
    static final class Bytes {
        private Bytes() {}

        /** -1 if it is not there. */
        static int find(byte[] wanted, byte[] bytes, int from, int to) {
            for (int i = from; i <= to - wanted.length; i++) {
                if (bytes[i] == wanted[0] && Arrays.equals(wanted, 0, wanted.length, bytes, i, i + wanted.length)) {
                    return i;
                }
            }
            return -1;
        }

        static boolean startsWith(byte[] wanted, byte[] bytes, int from, int to) {
            return to - from >= wanted.length
                    && Arrays.equals(wanted, 0, wanted.length, bytes, from, from + wanted.length);
        }

        static long number(byte[] bytes, int from) {
            long value = 0;
            for (int i = from; bytes[i] >= '0' && bytes[i] <= '9'; i++) {
                value = value * 10 + bytes[i] - '0';
            }
            return value;
        }
    }
}
