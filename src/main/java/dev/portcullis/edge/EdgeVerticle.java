package dev.portcullis.edge;

import dev.portcullis.auth.Cutoff;
import dev.portcullis.auth.Holder;
import dev.portcullis.auth.Probe;
import dev.portcullis.broadcast.FanOut;
import dev.portcullis.edge.api.SchemaRoute;
import dev.portcullis.edge.socket.FlushTurn;
import dev.portcullis.http.Routes;
import dev.portcullis.streams.Carrier;
import dev.portcullis.streams.Carriers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerOptions;
import org.jspecify.annotations.Nullable;

/** Owns the HTTP server and the connections of one event loop. */
public final class EdgeVerticle extends VerticleBase {
    private static final String SOCKET = "/ws";

    /** Beyond the time in which a peer must answer a close frame, or is cut off for not doing so. */
    private static final long CLOSING_MS = 1_000;

    private final int instance;
    private final EdgeParts parts;
    private @Nullable Connections connections;
    private @Nullable Wheel wheel;

    public EdgeVerticle(int instance, EdgeParts parts) {
        this.instance = instance;
        this.parts = parts;
    }

    @Override
    public Future<?> start() {
        Carrier carrier =
                new Carrier(context, parts.streams(), parts.streamsConfig(), parts.following(), parts.carriedMemory());
        return parts.bus()
                .hear(FanOut.CARRY, instance, carrier::offer)
                .compose(any -> here(parts.assembly().arrive(instance, carrier)))
                .compose(carriers -> open(carrier, carriers));
    }

    /** Frames go on being served until each connection's slot: what is in the middle of something is finished. */
    @Override
    public Future<?> stop() {
        Connections all = connections;
        Wheel ticks = wheel;
        if (all == null || ticks == null) {
            return Future.succeededFuture();
        }
        parts.assembly().drain();
        return new Drain(vertx, ticks)
                .begin(all, parts.edge().drainMs(), parts.edge().socket().closeLingerMs() + CLOSING_MS)
                .onComplete(any -> ticks.stop(vertx));
    }

    /** The last instance to arrive completes it for all; each goes on on its own event loop. */
    private <T> Future<T> here(Future<T> future) {
        Promise<T> promise = Promise.promise();
        future.onComplete((value, failure) -> context.runOnContext(any -> promise.complete(value, failure)));
        return promise.future();
    }

    private Future<?> open(Carrier carrier, Carriers carriers) {
        Wheel ticks = new Wheel(vertx);
        Replies replies = new Replies(parts.watch().audit(), parts.watch().meters(), parts.clock());
        LocalRooms rooms =
                new LocalRooms(context, carriers, parts.memory(), parts.watch().meters(), parts.clock());
        Freshness freshness = new Freshness(
                parts.cutoffs()::look, parts.edge().cutoffs().freshMs(), ticks, System::nanoTime, parts.clock());
        Goodbyes goodbyes = new Goodbyes(
                parts.doors().authenticator(),
                parts.clock(),
                parts.edge().crowd().perNode());
        Doorkeeper doorkeeper = new Doorkeeper(
                parts.doors().authenticator(),
                parts.doors().broadcaster(),
                new Greeting(
                        parts.doors().limiter(),
                        parts.edge().heartbeat().intervalMs(),
                        parts.edge().socket().frameBytes()),
                goodbyes,
                freshness,
                parts.edge().cutoffs().waitMs(),
                () -> new Holder(parts.life().node(), parts.life().incarnation(), instance));
        Heartbeat heartbeat = new Heartbeat(parts.edge().heartbeat(), ticks, parts.clock());
        Connections all = new Connections(
                new Connection.Surroundings(
                        rooms, replies, parts.watch().meters(), parts.edge().socket(), parts.memory()),
                parts.limits(),
                parts.shedding(),
                FlushTurn.of(context),
                heartbeat,
                parts.watch().audit(),
                parts.clock());
        wheel = ticks;
        connections = all;
        SessionKeeper keeper = keeper(all, freshness, goodbyes, ticks);
        keeper.begin(parts.cutoffs());
        CensusTaker taker = new CensusTaker(instance, parts.watch().census(), all.all(), carrier, goodbyes);
        vertx.setPeriodic(CensusTaker.EVERY_MS, any -> taker.count());
        vertx.setPeriodic(Goodbyes.AGAIN_MS, any -> goodbyes.sayAgain());
        return Future.all(
                        parts.bus()
                                .hear(
                                        Cutoff.NOTICE,
                                        instance,
                                        hint -> parts.cutoffs().look(hint.lane())),
                        parts.bus().answer(Probe.QUESTION, instance, new Probing(all)::answer))
                .compose(any -> listen(
                        handshake(all, keeper, doorkeeper, framePath(carriers, rooms, replies, freshness, ticks))));
    }

    private SessionKeeper keeper(Connections all, Freshness freshness, Goodbyes goodbyes, Wheel ticks) {
        SessionRevoker revoker = new SessionRevoker(
                all,
                parts.cutoffs().recent(),
                parts.watch().audit(),
                parts.watch().meters(),
                parts.clock());
        return new SessionKeeper(
                new SessionKeeper.Shared(
                        parts.doors().authenticator(),
                        parts.doors().limiter(),
                        parts.life(),
                        parts.watch().audit(),
                        parts.clock()),
                context,
                all,
                revoker,
                new Rounds(parts.edge().checkMs()),
                new EndedLife(all.all(), ticks, parts.edge().lapsedMs()),
                goodbyes,
                freshness,
                ticks);
    }

    private Path<Connection> framePath(
            Carriers carriers, LocalRooms rooms, Replies replies, Freshness freshness, Wheel ticks) {
        CutoffGate gate = new CutoffGate(freshness, parts.edge().cutoffs().waitMs(), parts.clock());
        Allowances allowances = new Allowances(parts.memory(), rooms::run, ticks);
        Joining joining = new Joining(
                gate,
                parts.doors().rooms(),
                carriers,
                rooms,
                replies,
                ticks,
                parts.edge().roomsPerConnection(),
                allowances,
                parts.streamsConfig().partBytes());
        return new FramePath(
                gate,
                parts.doors().limiter(),
                new Permission(parts.doors().rooms()),
                new Deeds(
                        gate,
                        joining,
                        allowances,
                        parts.doors().rooms(),
                        parts.doors().broadcaster(),
                        parts.watch().meters(),
                        parts.clock()),
                parts.clock());
    }

    private Handshake handshake(
            Connections all, SessionKeeper keeper, Doorkeeper doorkeeper, Path<Connection> framePath) {
        Gatehouse gatehouse =
                new Gatehouse(parts.front().rules(), parts.doors().limiter(), parts.crowd(), doorkeeper, parts.auth());
        Path<Connection> entrance = new Entrance(doorkeeper, keeper, framePath);
        Handshake.Surroundings around = new Handshake.Surroundings(
                parts.front().doorstep(),
                parts.front().proxies(),
                parts.front().answers(),
                parts.auth(),
                parts.watch().audit(),
                parts.watch().refusedHandshakes(),
                parts.clock());
        return new Handshake(around, gatehouse, all, keeper, doorkeeper, entrance, framePath);
    }

    private Future<?> listen(Handshake handshake) {
        HttpRefusals refusals =
                new HttpRefusals(parts.watch().audit(), parts.front().proxies());
        Routes routes = new Routes(parts.front().answers(), refusals::note).get(SOCKET, handshake::handle);
        SchemaRoute.on(routes, parts.front().answers(), parts.front().cors());
        PublicRequests.Limits limits = new PublicRequests.Limits(
                parts.front().rates(),
                parts.front().listener().requestsPerConnection(),
                parts.front().proxies(),
                parts.watch().meters());
        PublicRequests requests = new PublicRequests(routes, parts.front().answers(), refusals, limits, SOCKET);
        HttpServerOptions options = Serving.options(
                parts.front().listener(), parts.front().tls(), parts.edge().socket());
        return new BoundedServer(
                        parts.front().doorstep(), parts.front().listener().headerLines(), parts.memory()::isExceeded)
                .create(vertx, options)
                .requestHandler(requests::handle)
                .invalidRequestHandler(requests::unreadable)
                .listen()
                .onSuccess(open -> parts.assembly().listens(open.actualPort()));
    }
}
