package dev.portcullis.edge.tcp;

import dev.portcullis.http.ClientCertificate;
import dev.portcullis.http.IpAddress;
import dev.portcullis.http.PeerCertificate;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The TCP connection below an HTTP connection: reads one request at a time, allows at most one upgrade, and reports its
 * close, also after the upgrade. All methods run on its event loop unless stated otherwise.
 */
public final class HttpChannel {
    static final String DECODER = "httpDecoder";

    /** The name of the handler of Vert.x in the pipeline. */
    public static final String VERTX = "handler";

    private static final String TLS_1_3 = "TLSv1.3";
    private static final String[] NO_SUITES = {"TLS_EMPTY_RENEGOTIATION_INFO_SCSV"};
    private static final AttributeKey<HttpChannel> KEY = AttributeKey.valueOf(HttpChannel.class, "state");

    /** Netty's objects for bytes in the channel are not counted, so the channel takes no more than is sent at once. */
    private static final WriteBufferWaterMark WRITE_WATER_MARK = new WriteBufferWaterMark(8_192, 16_384);

    private final Channel channel;
    private @Nullable RequestDecoder decoder;
    private volatile boolean closing;
    private volatile Runnable abortWaiting = () -> {};
    private volatile Optional<IpAddress> named = Optional.empty();
    private volatile boolean clientUnknown;
    private boolean tlsAtProxy;
    private boolean certificateRead;
    private Optional<ClientCertificate> certificate = Optional.empty();
    private Optional<RequestCharge> charge = Optional.empty(); // guarded by this
    private boolean claimed;
    private int requests;

    private HttpChannel(Channel channel) {
        this.channel = channel;
    }

    /**
     * Makes its reads small while {@code full} holds. Call it before the connection is registered with its event loop.
     */
    public void limitReadsWhile(BooleanSupplier full) {
        channel.config().setRecvByteBufAllocator(new BoundedReadAllocator(full));
    }

    /** Makes the only instance for this channel. */
    static HttpChannel accepted(Channel channel) {
        HttpChannel created = new HttpChannel(channel);
        HttpChannel existing = channel.attr(KEY).setIfAbsent(created);
        return existing == null ? created : existing;
    }

    /** Call it in the connection handler: then no byte is decoded yet, and the TLS handshake is complete. */
    public static HttpChannel open(HttpConnection connection, HttpServerOptions options, int maxHeaderLines) {
        Channel channel = ((ConnectionBase) connection).channel();
        HttpChannel opened = accepted(channel);
        RequestDecoder decoder = new RequestDecoder(options.getHttp1Config(), maxHeaderLines);
        channel.pipeline().replace(DECODER, DECODER, decoder);
        opened.decoder = decoder;
        refuseRenegotiation(channel);
        return opened;
    }

    /**
     * A second TLS handshake costs the server far more than the client (CVE-2011-1473). The engine keeps only the signalling suite,
     * which no peer can negotiate, so it answers a renegotiation with handshake_failure; the established session continues. TLS 1.3
     * has no renegotiation, and needs its suites for session tickets.
     */
    private static void refuseRenegotiation(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null && !TLS_1_3.equals(tls.engine().getSession().getProtocol())) {
            tls.engine().setEnabledCipherSuites(NO_SUITES);
        }
    }

    public static HttpChannel of(HttpConnection connection) {
        return Objects.requireNonNull(
                ((ConnectionBase) connection).channel().attr(KEY).get());
    }

    /**
     * The trusted proxy at the other end has named its client, which takes its place. Vert.x is not told: it keeps a named
     * address for the first object that asks, and a request is not the first.
     */
    void named(IpAddress client, boolean tls) {
        named = Optional.of(client);
        tlsAtProxy = tls;
    }

    /** The trusted proxy at the other end names no client. */
    void clientUnknown() {
        clientUnknown = true;
    }

    /**
     * Whether forwarded headers may be those of the peer. A proxy of TCP that names no client writes none, so a client could
     * write any (CWE-348).
     */
    public boolean mayForward() {
        return !clientUnknown;
    }

    /** Whether the client speaks TLS, with us or with the proxy that named it. */
    public boolean isSecure() {
        return tlsAtProxy || channel.pipeline().get(SslHandler.class) != null;
    }

    /** The address of the socket, which may be a trusted proxy, or the one named for it. Any thread may call it. */
    public Optional<IpAddress> peer() {
        return named.or(this::socketPeer);
    }

    private Optional<IpAddress> socketPeer() {
        return channel.remoteAddress() instanceof InetSocketAddress remote && remote.getAddress() != null
                ? IpAddress.ofPeer(remote.getAddress().getHostAddress())
                : Optional.empty();
    }

    /** The certificate that the client showed in its TLS handshake; call it on the event loop, after that handshake. */
    public Optional<ClientCertificate> certificate() {
        if (!certificateRead) {
            certificateRead = true;
            certificate = Optional.ofNullable(channel.pipeline().get(SslHandler.class))
                    .flatMap(tls -> PeerCertificate.shown(tls.engine().getSession()));
        }
        return certificate;
    }

    /**
     * Closes the connection if its client came by a session of TLS whose certificate has expired, and ends that session. A request
     * that came with the handshake is not read.
     */
    public void abortIfCertificateIsOver(Instant now) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null && PeerCertificate.isOver(tls.engine().getSession(), now)) {
            tls.engine().getSession().invalidate();
            channel.pipeline().addBefore(DECODER, "unread", new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                    ReferenceCountUtil.release(message);
                }
            });
            abort();
        }
    }

    /** Claims the one upgrade of this connection; {@code false} if it is already claimed. */
    public boolean claimUpgrade() {
        boolean first = !claimed;
        claimed = true;
        return first;
    }

    /** @return the number of requests on this connection, including this one */
    public int countRequest() {
        return ++requests;
    }

    /** The current request has cost its address so much. */
    public synchronized void charged(RequestCharge now) {
        charge = Optional.of(now);
    }

    /** Any thread may call it. */
    public synchronized Optional<RequestCharge> charge() {
        return charge;
    }

    /** Takes the charge that the address gets back, once. Any thread may call it. */
    public synchronized Optional<RequestCharge> takeCharge() {
        Optional<RequestCharge> taken = charge;
        charge = Optional.empty();
        return taken;
    }

    /** From now on a 101 is sent only with {@link #flush}. */
    public void holdUpgrade() {
        HeldUpgrade.install(channel.pipeline(), VERTX);
    }

    /** Sends what is written, in one system call. */
    public void flush() {
        channel.flush();
    }

    public boolean isOpen() {
        return channel.isActive();
    }

    /** Any thread may call it. */
    public TcpCounters counters() {
        return TcpCounters.of(channel);
    }

    /** Whether {@link #close} or {@link #abort} was called. Any thread may call it. */
    public boolean isClosing() {
        return closing;
    }

    public boolean hasUnread() {
        return decoder().hasUnread();
    }

    /** Makes the current request the last: the connection is closed after its response. */
    public void stopReading() {
        decoder().stopReading();
    }

    public void onRequestBegun(Runnable then) {
        decoder().onRequestBegun(then);
    }

    /** Whether the connection is closed after the response to the current request, if that is given now. */
    public boolean isLastAnswer() {
        return decoder().isLastAnswer();
    }

    /** Reads nothing behind the current request and closes the connection after its response. */
    public void endAfterAnswer() {
        decoder().endAfterAnswer();
    }

    /** Lets a peer that still sends when the connection is closed get the answer; call it just before that is given. */
    public void lingerAfterAnswer(long withinMs, long bytes) {
        LingeringClose.install(channel, DECODER, withinMs, bytes);
    }

    /** Lets the kernel hold as many bytes for the peer, so that what it takes does not depend on how far away it is. */
    public void sendAhead(int bytes) {
        channel.config().setOption(ChannelOption.SO_SNDBUF, bytes);
    }

    public void answered() {
        decoder().answered();
    }

    /**
     * Closes the connection after its queued bytes are sent. That never ends if the peer does not read; {@link #abort}
     * does.
     */
    public void close() {
        closing = true;
        var unused = channel.close();
    }

    /**
     * Closes the connection and drops its queued bytes, in the kernel too; Vert.x would wait until the peer has read
     * them. Any thread may call it. A connection that is being registered with its event loop is closed after that, as the
     * registration would fail otherwise.
     */
    public void abort() {
        closing = true;
        if (channel.isRegistered()) {
            channel.eventLoop().execute(this::abortNow);
        } else {
            abortWaiting.run();
        }
    }

    /** @param then for {@link #abort} while this connection waits for its registration. Call it on the accepting thread. */
    void onAbortWhileWaiting(Runnable then) {
        abortWaiting = then;
        if (closing) {
            then.run();
        }
    }

    /** Closes a connection that is not registered with an event loop and never will be. */
    void closeUnregistered() {
        channel.unsafe().closeForcibly();
    }

    /** Called on the event loop when the connection was registered with it. */
    void registered() {
        channel.config().setWriteBufferWaterMark(WRITE_WATER_MARK);
        channel.pipeline().addFirst(new TlsInputGuard());
        if (closing) {
            channel.eventLoop().execute(this::abortNow); // after the rest of the registration
        }
    }

    /**
     * Runs {@code then} once on the event loop when the TCP connection closes, or immediately if it has closed. Any
     * thread may call it.
     */
    public void onClose(Runnable then) {
        var unused = channel.closeFuture().addListener(closed -> then.run());
    }

    private void abortNow() {
        if (!channel.isOpen()) {
            return;
        }
        UnreadBytes.discard(channel);
        channel.unsafe().close(channel.newPromise()); // bypasses all handlers
    }

    private RequestDecoder decoder() {
        return Objects.requireNonNull(decoder);
    }
}
