package dev.portcullis.cluster.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.transport.Transport;
import java.net.SocketAddress;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * A transport that puts a {@link BusMessageDecoder} in front of each connection to the event bus. The bus creates its
 * server itself and exposes neither the server nor its sockets: the transport is the one place that sees its bootstrap.
 */
public final class GuardedTransport implements Transport {
    /** How many messages of the largest size may be incomplete at the same time. */
    private static final long PARTIAL_MESSAGES = 8;

    private final Transport transport;
    private final BusListenAddress bus;

    private GuardedTransport(Transport transport, BusListenAddress bus) {
        this.transport = transport;
        this.bus = bus;
    }

    /** For a bus without certificates. */
    public static io.vertx.core.transport.Transport over(
            io.vertx.core.transport.Transport wrapped, BusListenAddress bus) {
        return new Named(wrapped, bus);
    }

    @Override
    public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
        transport.configure(options, domainSocket, bootstrap);
        if (isBus(options)) {
            bootstrap.handler(new AcceptHandler(new PartialMessageBytes(PARTIAL_MESSAGES * bus.messageBytes())));
        }
    }

    private boolean isBus(NetServerOptions options) {
        return !(options instanceof HttpServerOptions)
                && options.getPort() == bus.port()
                && options.getHost().equals(bus.host());
    }

    @Override
    public boolean supportsDomainSockets() {
        return transport.supportsDomainSockets();
    }

    @Override
    public boolean supportFileRegion() {
        return transport.supportFileRegion();
    }

    @Override
    public boolean isAvailable() {
        return transport.isAvailable();
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
        return transport.unavailabilityCause();
    }

    @Override
    public SocketAddress convert(io.vertx.core.net.SocketAddress address) {
        return transport.convert(address);
    }

    @Override
    public io.vertx.core.net.SocketAddress convert(SocketAddress address) {
        return transport.convert(address);
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return transport.ioHandlerFactory();
    }

    @Override
    public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
        return transport.eventLoopGroup(type, threads, factory, ioRatio);
    }

    @Override
    public DatagramChannel datagramChannel() {
        return transport.datagramChannel();
    }

    @Override
    @SuppressWarnings("deprecation") // required by the interface
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        return transport.datagramChannel(family);
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        return transport.channelFactory(domainSocket);
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return transport.serverChannelFactory(domainSocket);
    }

    @Override
    public void configure(DatagramChannel channel, DatagramSocketOptions options) {
        transport.configure(channel, options);
    }

    @Override
    public void configure(ClientOptionsBase options, int connectTimeout, boolean domainSocket, Bootstrap bootstrap) {
        transport.configure(options, connectTimeout, domainSocket, bootstrap);
    }

    /** The form that {@code VertxBuilder} accepts. */
    private record Named(io.vertx.core.transport.Transport wrapped, BusListenAddress bus)
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
            return new GuardedTransport(wrapped.implementation(), bus);
        }
    }

    /** Runs before the acceptor, which adds the other handlers to each new connection. */
    private final class AcceptHandler extends ChannelInboundHandlerAdapter {
        private final PartialMessageBytes partial;

        AcceptHandler(PartialMessageBytes partial) {
            this.partial = partial;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object accepted) throws Exception {
            if (accepted instanceof Channel connection) {
                connection.pipeline().addLast(new BusMessageDecoder(bus.messageBytes(), partial));
            }
            super.channelRead(ctx, accepted);
        }
    }
}
