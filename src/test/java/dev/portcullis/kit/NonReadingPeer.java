package dev.portcullis.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Sends HTTP requests without reading the responses. */
public final class NonReadingPeer implements AutoCloseable {
    private static final int SMALL = 2_048;

    private final SocketChannel channel;
    private final ByteBuffer requests;

    private NonReadingPeer(SocketChannel channel, ByteBuffer requests) {
        this.channel = channel;
        this.requests = requests;
    }

    /** @param times the number of requests */
    public static NonReadingPeer to(int port, String request, int times) {
        try {
            SocketChannel channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL);
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.configureBlocking(false);
            return new NonReadingPeer(
                    channel, ByteBuffer.wrap(request.repeat(times).getBytes(StandardCharsets.ISO_8859_1)));
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /** Whether the server has closed. Writes as many requests as the socket takes, and single bytes after the last one. */
    public boolean isCutOff() {
        try {
            channel.write(requests.hasRemaining() ? requests : ByteBuffer.wrap(new byte[] {'G'}));
            return false;
        } catch (IOException cut) {
            return true;
        }
    }

    /** Reads until there are this many responses or the connection ends, and returns their number. */
    public int answers(int most) {
        ByteBuffer some = ByteBuffer.allocate(SMALL);
        StringBuilder all = new StringBuilder();
        Await.until(() -> read(some, all) < 0 || count(all) >= most);
        return count(all);
    }

    private int read(ByteBuffer some, StringBuilder all) {
        try {
            int read = channel.read(some.clear());
            all.append(StandardCharsets.ISO_8859_1.decode(some.flip()));
            return read;
        } catch (IOException cut) {
            return -1;
        }
    }

    private static int count(CharSequence all) {
        return all.toString().split("HTTP/1\\.1 200", -1).length - 1;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
