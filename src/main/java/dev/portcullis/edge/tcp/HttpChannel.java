package dev.portcullis.edge.tcp;

import dev.portcullis.http.IpAddress;
import io.netty.channel.Channel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The TCP connection below an HTTP connection: reads one request at a time, carries at most one upgrade, and knows when
 * it is closed, also after the upgrade. On its event loop only, but for what is said otherwise.
 */
public final class HttpChannel {
    private static final AttributeKey<HttpChannel> KEY = AttributeKey.valueOf(HttpChannel.class, "state");
    private static final String TLS_1_3 = "TLSv1.3";
    private static final String[] NO_SUITES = {"TLS_EMPTY_RENEGOTIATION_INFO_SCSV"};

    /** Netty's objects for what the channel has taken are not counted, so that it takes no more than goes out at once. */
    private static final WriteBufferWaterMark WRITE_WATER_MARK = new WriteBufferWaterMark(8_192, 16_384);

    private final Channel channel;
    private @Nullable RequestDecoder decoder;
    private volatile boolean closing;
    private boolean claimed;
    private int requests;

    private HttpChannel(Channel channel) {
        this.channel = channel;
    }

    /** Before it is registered with its event loop: from now on it reads little at once while this holds. */
    public void limitReadsWhile(BooleanSupplier full) {
        channel.config().setRecvByteBufAllocator(new BoundedReadAllocator(full));
    }

    /** One for each channel. */
    static HttpChannel accepted(Channel channel) {
        HttpChannel fresh = new HttpChannel(channel);
        HttpChannel known = channel.attr(KEY).setIfAbsent(fresh);
        return known == null ? fresh : known;
    }

    /** Call it in the connection handler: no byte has been decoded then, and the TLS handshake is complete. */
    public static HttpChannel open(HttpConnection connection, HttpServerOptions options, int maxHeaderLines) {
        Channel channel = ((ConnectionBase) connection).channel();
        HttpChannel opened = accepted(channel);
        RequestDecoder decoder = new RequestDecoder(options, maxHeaderLines);
        channel.pipeline().replace("httpDecoder", "httpDecoder", decoder);
        opened.decoder = decoder;
        refuseRenegotiation(channel);
        return opened;
    }

    public static HttpChannel of(HttpConnection connection) {
        return Objects.requireNonNull(
                ((ConnectionBase) connection).channel().attr(KEY).get());
    }

    /** Where it comes from, however trusted. From any thread. */
    public Optional<IpAddress> peer() {
        return channel.remoteAddress() instanceof InetSocketAddress remote && remote.getAddress() != null
                ? IpAddress.ofPeer(remote.getAddress().getHostAddress())
                : Optional.empty();
    }

    /** Reserves the one upgrade of this connection; {@code false}: it is taken. */
    public boolean claimUpgrade() {
        boolean first = !claimed;
        claimed = true;
        return first;
    }

    /** @return how many requests of this connection have been taken, with this one */
    public int countRequest() {
        return ++requests;
    }

    public boolean isOpen() {
        return channel.isActive();
    }

    /** Whether {@link #close} or {@link #abort} was called, so that it is on its way out. From any thread. */
    public boolean isClosing() {
        return closing;
    }

    /** Whether bytes came behind the request that is being answered. */
    public boolean hasUnread() {
        return decoder().hasUnread();
    }

    /** The request in hand is the last: the connection is closed after its answer. */
    public void stopReading() {
        decoder().stopReading();
    }

    /** Nothing behind the request in hand is read, and the connection is closed once it is answered. */
    public void endAfterAnswer() {
        decoder().endAfterAnswer();
    }

    /** The answer to the request in hand was given. */
    public void answered() {
        decoder().answered();
    }

    /** After what was written to it is sent, which never happens where the peer does not read: {@link #abort} ends that. */
    public void close() {
        closing = true;
        var unused = channel.close();
    }

    /**
     * Ends it whatever waits to be sent, in the kernel too. Vert.x would wait for the peer to read all that first. From
     * any thread. One that is not registered with its event loop yet is cut once it is: else its registration would fail.
     */
    public void abort() {
        closing = true;
        if (channel.isRegistered()) {
            channel.eventLoop().execute(this::abortNow);
        }
    }

    /** For a connection that is not let in: it is registered nowhere, and never will be. */
    void closeUnregistered() {
        channel.unsafe().closeForcibly();
    }

    /** On the event loop, when the connection was registered with it. */
    void registered() {
        channel.config().setWriteBufferWaterMark(WRITE_WATER_MARK);
        channel.pipeline().addFirst(new TlsInputGuard());
        if (closing) {
            channel.eventLoop().execute(this::abortNow); // after what its registration still does
        }
    }

    /** Runs {@code then} once, on the event loop, when the TCP connection is closed, at once if it is. From any thread. */
    public void onClose(Runnable then) {
        var unused = channel.closeFuture().addListener(closed -> then.run());
    }

    private void abortNow() {
        if (!channel.isOpen()) {
            return;
        }
        UnreadBytes.discard(channel);
        channel.unsafe().close(channel.newPromise()); // past all handlers
    }

    /**
     * Each renegotiation costs the server far more than the client (CVE-2011-1473). An engine with the one suite that
     * encrypts nothing, and which none can choose, answers it with handshake_failure; what was negotiated goes on. TLS 1.3
     * knows none, and needs its suites for the tickets of a later session.
     */
    private static void refuseRenegotiation(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null && !TLS_1_3.equals(tls.engine().getSession().getProtocol())) {
            tls.engine().setEnabledCipherSuites(NO_SUITES);
        }
    }

    private RequestDecoder decoder() {
        return Objects.requireNonNull(decoder);
    }
}
