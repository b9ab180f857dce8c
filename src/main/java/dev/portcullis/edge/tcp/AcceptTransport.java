package dev.portcullis.edge.tcp;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.spi.transport.Transport;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A Vert.x transport that puts a handler on the accepting channel of a server: the one place that sees its bootstrap.
 * Vert.x reports an HTTP connection only after the TLS handshake, so sockets that never begin one would not be counted
 * (CWE-770), and exposes neither the server nor the sockets of its event bus. All other calls go to the wrapped
 * transport.
 */
public final class AcceptTransport implements Transport {
    private final Transport wrapped;
    private final Optional<ChannelHandler> others;

    private AcceptTransport(Transport wrapped, Optional<ChannelHandler> others) {
        this.wrapped = wrapped;
        this.others = others;
    }

    /** The native transport where there is one, else NIO. */
    public static io.vertx.core.transport.Transport fastest() {
        io.vertx.core.transport.Transport fastest = io.vertx.core.transport.Transport.nativeTransport();
        return fastest != null && fastest.available() ? fastest : io.vertx.core.transport.Transport.NIO;
    }

    public static io.vertx.core.transport.Transport over(io.vertx.core.transport.Transport wrapped) {
        return over(wrapped, Optional.empty());
    }

    /** @param others the handler of servers for which no other one is set: those that are not for HTTP */
    public static io.vertx.core.transport.Transport over(
            io.vertx.core.transport.Transport wrapped, Optional<? extends ChannelHandler> others) {
        return new Named(wrapped, others.map(handler -> handler));
    }

    /**
     * Call this on the context of the server, before it listens. All event loops of the server share the hook of the
     * first one, since Vert.x configures one bootstrap for them.
     *
     * @param admits called on the accepting thread; {@code false} refuses the connection
     * @param proxied whether each connection must begin with a PROXY header
     * @param loops the event loops of the server
     */
    public static void onAccept(
            Vertx vertx, Predicate<HttpChannel> admits, PendingConnectionLimit pending, boolean proxied, int loops) {
        vertx.getOrCreateContext()
                .put(Arrivals.class, new Arrivals(admits, pending, proxied, loops, ArrivalPace.LONGEST_NANOS));
    }

    /** Called on the context of the server; nothing else that Vert.x passes on says which server it is. */
    @Override
    public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
        wrapped.configure(config, domainSocket, bootstrap);
        Context server = Vertx.currentContext();
        ChannelHandler http = server == null ? null : server.get(Arrivals.class);
        if (http != null) {
            bootstrap.handler(http);
        } else {
            others.ifPresent(bootstrap::handler);
        }
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
    public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
        return wrapped.datagramChannelFactory();
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
    public void configure(TcpConfig config, boolean domainSocket, Bootstrap bootstrap) {
        wrapped.configure(config, domainSocket, bootstrap);
    }

    /** The form that {@code VertxBuilder} accepts. */
    private record Named(io.vertx.core.transport.Transport wrapped, Optional<ChannelHandler> others)
            implements io.vertx.core.transport.Transport {
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
            return new AcceptTransport(wrapped.implementation(), others);
        }
    }
}
