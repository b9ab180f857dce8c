package dev.portcullis.edge.tcp;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.transport.Transport;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A Vert.x transport that passes each connection to a listener at its accept. Vert.x reports a connection only after
 * the TLS handshake, so sockets that never begin one would not be counted (CWE-770). All other calls go to the wrapped
 * transport.
 */
public final class AcceptTransport implements Transport {
    private final Transport wrapped;
    private final Map<String, Predicate<HttpChannel>> listeners = new ConcurrentHashMap<>();

    private AcceptTransport(Transport wrapped) {
        this.wrapped = wrapped;
    }

    /** The native transport where there is one, else NIO. */
    public static io.vertx.core.transport.Transport fastest() {
        io.vertx.core.transport.Transport fastest = io.vertx.core.transport.Transport.nativeTransport();
        return fastest != null && fastest.available() ? fastest : io.vertx.core.transport.Transport.NIO;
    }

    public static io.vertx.core.transport.Transport over(io.vertx.core.transport.Transport wrapped) {
        return new Named(wrapped);
    }

    /**
     * Call this before the server with these options listens. All event loops of the server share one hook.
     *
     * @param admits called on the accepting thread; {@code false} refuses the connection
     */
    public static void onAccept(Vertx vertx, NetServerOptions options, Predicate<HttpChannel> admits) {
        if (((VertxInternal) vertx).transport() instanceof AcceptTransport transport) {
            transport.listeners.put(key(options), admits);
        }
    }

    @Override
    public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
        wrapped.configure(options, domainSocket, bootstrap);
        Predicate<HttpChannel> admits = listeners.get(key(options));
        if (admits != null) {
            bootstrap.handler(new AcceptHandler(admits));
        }
    }

    private static String key(NetServerOptions options) {
        return options.getHost() + " " + options.getPort();
    }

    @Override
    public boolean supportsDomainSockets() {
        return wrapped.supportsDomainSockets();
    }

    @Override
    public boolean supportFileRegion() {
        return wrapped.supportFileRegion();
    }

    @Override
    public boolean isAvailable() {
        return wrapped.isAvailable();
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
        return wrapped.unavailabilityCause();
    }

    @Override
    public SocketAddress convert(io.vertx.core.net.SocketAddress address) {
        return wrapped.convert(address);
    }

    @Override
    public io.vertx.core.net.SocketAddress convert(SocketAddress address) {
        return wrapped.convert(address);
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return wrapped.ioHandlerFactory();
    }

    @Override
    public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
        return wrapped.eventLoopGroup(type, threads, factory, ioRatio);
    }

    @Override
    public DatagramChannel datagramChannel() {
        return wrapped.datagramChannel();
    }

    @Override
    @SuppressWarnings("deprecation") // declared by the interface of Vert.x
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        return wrapped.datagramChannel(family);
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        return wrapped.channelFactory(domainSocket);
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return wrapped.serverChannelFactory(domainSocket);
    }

    @Override
    public void configure(DatagramChannel channel, DatagramSocketOptions options) {
        wrapped.configure(channel, options);
    }

    @Override
    public void configure(ClientOptionsBase options, int connectTimeout, boolean domainSocket, Bootstrap bootstrap) {
        wrapped.configure(options, connectTimeout, domainSocket, bootstrap);
    }

    /** The form that {@code VertxBuilder} accepts. */
    private record Named(io.vertx.core.transport.Transport wrapped) implements io.vertx.core.transport.Transport {
        @Override
        public String name() {
            return wrapped.name();
        }

        @Override
        public boolean available() {
            return wrapped.available();
        }

        @Override
        public @Nullable Throwable unavailabilityCause() {
            return wrapped.unavailabilityCause();
        }

        @Override
        public Transport implementation() {
            return new AcceptTransport(wrapped.implementation());
        }
    }

    /** Runs before Netty's acceptor, which would register the connection with an event loop. */
    @Sharable
    private static final class AcceptHandler extends ChannelInboundHandlerAdapter {
        private final Predicate<HttpChannel> admits;

        AcceptHandler(Predicate<HttpChannel> admits) {
            this.admits = admits;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
            if (message instanceof Channel accepted) {
                HttpChannel http = HttpChannel.accepted(accepted);
                if (!admits.test(http)) {
                    http.closeUnregistered();
                    return;
                }
                accepted.pipeline().addFirst(new RegistrationHandler(http));
            }
            super.channelRead(context, message);
        }
    }

    /** Netty calls it once the connection is registered with its event loop. */
    private static final class RegistrationHandler extends ChannelHandlerAdapter {
        private final HttpChannel http;

        RegistrationHandler(HttpChannel http) {
            this.http = http;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            context.pipeline().remove(this);
            http.registered();
        }
    }
}
