package dev.portcullis.edge.tcp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The accepted connections of one listener that wait until an event loop takes them on. Nothing is read from them meanwhile: what
 * comes at once, as when another node has died, costs the open sessions of this one no time before its turn. Runs before Netty's
 * acceptor, which registers a connection with an event loop, and on the accepting thread.
 *
 * <p>Connections of trusted proxies do not wait: one may carry the requests of many clients, or ask whether the node is well.
 */
@Sharable
final class Arrivals extends AcceptFailures {
    private final Predicate<HttpChannel> admits;
    private final PendingConnectionLimit pending;
    private final boolean proxied;
    private final int loops;
    private final long longestNanos;
    private final TurnQueue<Arrival> waiting = new TurnQueue<>();
    private int takingOn;

    private record Arrival(Channel channel, HttpChannel http) {}

    /**
     * @param loops how many event loops the listener has: so many connections are taken on at a time
     * @param longestNanos the longest that one keeps the next one waiting
     */
    Arrivals(
            Predicate<HttpChannel> admits,
            PendingConnectionLimit pending,
            boolean proxied,
            int loops,
            long longestNanos) {
        this.admits = admits;
        this.pending = pending;
        this.proxied = proxied;
        this.loops = loops;
        this.longestNanos = longestNanos;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Channel channel) {
            arrived(context, channel);
        } else {
            context.fireChannelRead(message);
        }
    }

    /** The listener is closed. */
    @Override
    public void channelInactive(ChannelHandlerContext context) {
        for (Optional<Arrival> left = waiting.next(); left.isPresent(); left = waiting.next()) {
            drop(left.get().http());
        }
        context.fireChannelInactive();
    }

    private void arrived(ChannelHandlerContext context, Channel channel) {
        HttpChannel http = HttpChannel.accepted(channel);
        if (!admits.test(http)) {
            http.closeUnregistered();
            return;
        }
        Arrival arrival = new Arrival(channel, http);
        pending.network(http).ifPresentOrElse(network -> await(context, network, arrival), () -> {
            channel.pipeline().addFirst(new Registration(http, () -> {}));
            context.fireChannelRead(channel);
        });
    }

    private void await(ChannelHandlerContext context, String network, Arrival arrival) {
        TurnQueue<Arrival>.Place place = waiting.enter(network, arrival);
        pending.waits();
        arrival.http()
                .onAbortWhileWaiting(() -> context.executor().execute(() -> {
                    if (place.leave()) {
                        drop(arrival.http());
                    }
                }));
        proceed(context);
    }

    private void drop(HttpChannel http) {
        pending.dropped(http);
        http.closeUnregistered();
    }

    private void proceed(ChannelHandlerContext context) {
        if (takingOn < loops) {
            waiting.next().ifPresent(next -> takeOn(context, next));
        }
    }

    private void takeOn(ChannelHandlerContext context, Arrival next) {
        takingOn++;
        next.http().onAbortWhileWaiting(() -> {});
        pending.begins(next.http());
        Turn turn = new Turn(context, next.channel());
        next.channel().pipeline().addFirst(new Registration(next.http(), turn::answer));
        context.fireChannelRead(next.channel());
    }

    /**
     * A connection that is being taken on. Its turn ends when its event loop is ready for the next one, or after some time: where a
     * loop is blocked, or could not take it, others go on.
     */
    private final class Turn {
        private final ChannelHandlerContext context;
        private final Channel channel;
        private final ArrivalPace pace = new ArrivalPace();
        private final Future<?> end;
        private volatile long askedAt = System.nanoTime();
        private boolean over;

        Turn(ChannelHandlerContext context, Channel channel) {
            this.context = context;
            this.channel = channel;
            this.end = context.executor().schedule(this::end, longestNanos, TimeUnit.NANOSECONDS);
        }

        /** Runs on the event loop of the connection. */
        void answer() {
            long late = System.nanoTime() - askedAt;
            context.executor().execute(() -> answered(late));
        }

        private void answered(long late) {
            if (pace.isReady(late)) {
                end();
            } else if (!over) {
                var unused = context.executor().schedule(this::ask, ArrivalPace.GAP_NANOS, TimeUnit.NANOSECONDS);
            }
        }

        private void ask() {
            if (!over) {
                askedAt = System.nanoTime();
                channel.eventLoop().execute(this::answer);
            }
        }

        private void end() {
            if (!over) {
                over = true;
                end.cancel(false);
                takingOn--;
                proceed(context);
            }
        }
    }

    /** Netty calls it once the connection is registered with its event loop. */
    private final class Registration extends ChannelHandlerAdapter {
        private final HttpChannel http;
        private final Runnable then;

        Registration(HttpChannel http, Runnable then) {
            this.http = http;
            this.then = then;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            ChannelPipeline pipeline = context.pipeline();
            pipeline.remove(this);
            http.registered();
            if (proxied) { // until the header is read, Vert.x must not look at the connection
                pipeline.addFirst(new ProxyHeaderHandler(http, pipeline.removeLast(), pending));
            }
            context.executor().execute(then); // behind what waits for the loop already
        }
    }
}
