package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreOpenException;
import dev.portcullis.store.redis.RedisConfig.Topology;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's long-lived, pipelined connection to one server. A lost connection is opened again, with growing waits between
 * the attempts; only during the first attempt do calls wait for it. It is confined to that event loop.
 */
final class RedisConnection {
    private static final int UNRESPONSIVE_AFTER_TIMEOUTS = 3;

    private final HostPort endpoint;
    private final RedisContext redis;
    private final Context context;
    private final ReconnectBackoff backoff;
    private final AdaptiveCallLimit limit;
    private final List<Request> needed;
    private final Map<String, Future<Response>> loading = new HashMap<>();
    private Promise<RawConnection> attempt = Promise.promise();
    private @Nullable RawConnection raw;
    private int waiting;
    private boolean closed;

    RedisConnection(HostPort endpoint, RedisContext redis, Context context) {
        this(endpoint, redis, context, List.of());
    }

    /** @param needed the requests that the server must answer before the connection is used */
    RedisConnection(HostPort endpoint, RedisContext redis, Context context, List<Request> needed) {
        this.needed = needed;
        this.endpoint = endpoint;
        this.redis = redis;
        this.context = context;
        this.backoff = new ReconnectBackoff(redis.config().reconnect(), ThreadLocalRandom.current());
        this.limit =
                new AdaptiveCallLimit(redis.config().limit(), redis.config().waiting());
        context.runOnContext(any -> connect());
    }

    HostPort endpoint() {
        return endpoint;
    }

    AdaptiveCallLimit limit() {
        return limit;
    }

    boolean isConnected() {
        return raw != null;
    }

    /** The result of the current attempt to connect, or of the last one. */
    Future<RawConnection> attempt() {
        return attempt.future();
    }

    /** Sends a request. It fails with the error reply of Redis, or with a failure that {@link RedisError} classifies. */
    Future<Response> send(Request request, long remainingNanos) {
        RawConnection connection = raw;
        return connection != null
                ? sendOver(connection, request, remainingNanos)
                : whenConnected(request, remainingNanos);
    }

    /** Sends two requests over the same connection, the second right behind the first. Fails if one of them fails. */
    Future<List<Response>> sendBoth(Request first, Request second, long remainingNanos) {
        RawConnection connection = raw;
        return connection == null
                ? Future.failedFuture(unconnected())
                : Future.all(sendOver(connection, first, remainingNanos), sendOver(connection, second, remainingNanos))
                        .map(CompositeFuture::list);
    }

    /** Loads a script. Concurrent loads of one script share one request. */
    Future<Response> load(Script script, long remainingNanos) {
        Future<Response> inFlight = loading.get(script.digest());
        if (inFlight != null) {
            return inFlight;
        }
        Future<Response> load = send(loadRequest(script), remainingNanos);
        loading.put(script.digest(), load);
        return load.onComplete(any -> loading.remove(script.digest(), load));
    }

    /**
     * Closes the connection, since its server does not act as a master. The server may be usable again after a
     * reconnect.
     */
    void drop() {
        RawConnection connection = raw;
        if (connection != null) {
            lost(connection, "distrusted");
        }
    }

    void close() {
        closed = true;
        attempt.tryFail(unconnected());
        RawConnection last = raw;
        raw = null;
        if (last != null) {
            last.close();
        }
    }

    private Future<Response> sendOver(RawConnection connection, Request request, long remainingNanos) {
        return connection
                .send(request)
                .timeout(remainingNanos, TimeUnit.NANOSECONDS)
                .onFailure(failure -> {
                    if (failure instanceof TimeoutException
                            ? isUnresponsive(connection)
                            : RedisError.of(failure) == RedisError.UNCONNECTED) {
                        lost(connection, "silent");
                    }
                });
    }

    private Future<Response> whenConnected(Request request, long remainingNanos) {
        if (closed || !backoff.isFresh() || waiting >= redis.config().waiting()) {
            return Future.failedFuture(unconnected());
        }
        long deadlineNanos = System.nanoTime() + remainingNanos;
        Promise<RawConnection> connected = Promise.promise();
        waiting++;
        long timer = redis.vertx()
                .setTimer(
                        Math.max(1, TimeUnit.NANOSECONDS.toMillis(remainingNanos)),
                        any -> connected.tryFail(unconnected()));
        ContextSwitch.returnTo(attempt.future()).onComplete(ended -> {
            waiting--;
            if (redis.vertx().cancelTimer(timer)) {
                connected.handle(ended);
            }
        });
        return connected
                .future()
                .compose(connection -> sendOver(connection, request, Math.max(1, deadlineNanos - System.nanoTime())));
    }

    private void connect() {
        if (closed) {
            return;
        }
        redis.connector().connect(endpoint, this::handshake).onComplete(this::connected, this::connectFailed);
    }

    /** Checks before the first call that the server is a master, and loads the scripts. */
    private Future<?> handshake(RawConnection connection) {
        return connection
                .send(Request.cmd(Command.INFO))
                .compose(info -> problem(ServerInfo.parse(info.toString()))
                        .<Future<?>>map(Future::failedFuture)
                        .orElseGet(() -> Future.all(
                                        needed.stream().map(connection::send).toList())
                                .compose(answered -> Future.join(redis.scripts().stream()
                                        .map(script -> connection.send(loadRequest(script)))
                                        .toList()))));
    }

    private Optional<StoreOpenException> problem(ServerInfo info) {
        Topology topology = redis.config().topology();
        return info.misconfiguration(endpoint, topology)
                .map(StoreOpenException::new)
                .or(() -> info.notReady(endpoint).map(StoreOpenException::temporary))
                .or(() -> info.notMaster(endpoint)
                        .map(
                                topology == Topology.STANDALONE
                                        ? StoreOpenException::new
                                        : StoreOpenException::temporary));
    }

    private void connected(RawConnection connection) {
        if (closed) {
            connection.close();
            return;
        }
        backoff.reset();
        raw = connection;
        connection.onEnd(() -> lost(connection, "ended"));
        attempt.complete(connection);
    }

    private void connectFailed(Throwable failure) {
        redis.log().connectFailed(RedisConnector.explain(endpoint, failure));
        Promise<RawConnection> over = attempt;
        reconnect();
        over.tryFail(failure);
    }

    private void lost(RawConnection connection, String why) {
        if (raw != connection) {
            return;
        }
        raw = null;
        loading.clear();
        connection.close();
        redis.log().disconnected(endpoint, why);
        reconnect();
    }

    /**
     * Opens the connection again. It refreshes the slot map first: if another server is master by then, {@link EventLoopClient}
     * has closed this connection.
     */
    private void reconnect() {
        if (closed) {
            return;
        }
        attempt = Promise.promise();
        long wait = backoff.next();
        context.runOnContext(any -> redis.vertx()
                .setTimer(
                        wait,
                        timer -> ContextSwitch.to(context, redis.masters().refresh())
                                .onComplete(refreshed -> connect())));
    }

    private boolean isUnresponsive(RawConnection connection) {
        return connection.unansweredNanos()
                >= UNRESPONSIVE_AFTER_TIMEOUTS
                        * TimeUnit.MILLISECONDS.toNanos(redis.config().timeoutMs());
    }

    private static Request loadRequest(Script script) {
        return Request.cmd(Command.SCRIPT).arg("LOAD").arg(script.source());
    }

    private static StoreFailure unconnected() {
        return StoreFailure.notApplied("not connected to Redis");
    }
}
