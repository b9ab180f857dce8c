package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreOpenException;
import dev.portcullis.store.redis.RedisConfig.Topology;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's lasting, pipelined connection to one server. Lost, it is opened again, at once and then after longer
 * and longer waits; only during the first of these attempts do calls wait for it. Everything here happens on that loop.
 */
final class RedisConnection {
    private static final int DEAF_AFTER = 3;

    private final HostPort endpoint;
    private final RedisContext redis;
    private final Context home;
    private final ReconnectBackoff backoff;
    private final AdaptiveCallLimit limit;
    private final Map<String, Future<Response>> loading = new HashMap<>();
    private Promise<RawConnection> attempt = Promise.promise();
    private @Nullable RawConnection raw;
    private int waiting;
    private boolean closed;

    RedisConnection(HostPort endpoint, RedisContext redis, Context home) {
        this.endpoint = endpoint;
        this.redis = redis;
        this.home = home;
        this.backoff = new ReconnectBackoff(redis.config().reconnect(), ThreadLocalRandom.current());
        this.limit =
                new AdaptiveCallLimit(redis.config().limit(), redis.config().waiting());
        home.runOnContext(any -> dial());
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

    /** How the attempt under way ends, or the last one has ended. */
    Future<RawConnection> attempt() {
        return attempt.future();
    }

    /** Fails with what Redis answered, or with what {@link RedisError} makes a kind of. */
    Future<Response> send(Request request, long leftNanos) {
        RawConnection now = raw;
        return now != null ? over(now, request, leftNanos) : whenConnected(request, leftNanos);
    }

    /** However many calls miss a script, it is loaded once. */
    Future<Response> load(Script script, long leftNanos) {
        Future<Response> underWay = loading.get(script.digest());
        if (underWay != null) {
            return underWay;
        }
        Future<Response> mine = send(loadRequest(script), leftNanos);
        loading.put(script.digest(), mine);
        return mine.onComplete(any -> loading.remove(script.digest(), mine));
    }

    /** What it answers shows that it is not what we need. It may be again, once we have connected anew. */
    void drop() {
        RawConnection now = raw;
        if (now != null) {
            lost(now, "distrusted");
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

    private Future<Response> over(RawConnection now, Request request, long leftNanos) {
        return now.send(request).timeout(leftNanos, TimeUnit.NANOSECONDS).onFailure(broken -> {
            if (broken instanceof TimeoutException
                    ? isUnresponsive(now)
                    : RedisError.of(broken) == RedisError.UNCONNECTED) {
                lost(now, "silent");
            }
        });
    }

    private Future<Response> whenConnected(Request request, long leftNanos) {
        if (closed || !backoff.isFresh() || waiting >= redis.config().waiting()) {
            return Future.failedFuture(unconnected());
        }
        long until = System.nanoTime() + leftNanos;
        Promise<RawConnection> mine = Promise.promise();
        waiting++;
        long timer = redis.vertx()
                .setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(leftNanos)), any -> mine.tryFail(unconnected()));
        ContextSwitch.returnTo(attempt.future()).onComplete(ended -> {
            waiting--;
            if (redis.vertx().cancelTimer(timer)) {
                mine.handle(ended);
            }
        });
        return mine.future().compose(now -> over(now, request, Math.max(1, until - System.nanoTime())));
    }

    private void dial() {
        if (closed) {
            return;
        }
        redis.connector().reach(endpoint, this::handshake).onComplete(this::connected, this::connectFailed);
    }

    /** Nobody's first call shall find that this is a replica, or that a script is missing. */
    private Future<?> handshake(RawConnection fresh) {
        return fresh.send(Request.cmd(Command.INFO))
                .compose(info -> fault(ServerInfo.parse(info.toString()))
                        .<Future<?>>map(Future::failedFuture)
                        .orElseGet(() -> Future.join(redis.scripts().stream()
                                .map(script -> fresh.send(loadRequest(script)))
                                .toList())));
    }

    private Optional<StoreOpenException> fault(ServerInfo info) {
        Topology topology = redis.config().topology();
        return info.misconfigured(endpoint, topology)
                .map(StoreOpenException::new)
                .or(() -> info.absent(endpoint).map(StoreOpenException::passing))
                .or(() -> info.replica(endpoint)
                        .map(topology == Topology.STANDALONE ? StoreOpenException::new : StoreOpenException::passing));
    }

    private void connected(RawConnection fresh) {
        if (closed) {
            fresh.close();
            return;
        }
        backoff.reset();
        raw = fresh;
        fresh.onEnd(() -> lost(fresh, "ended"));
        attempt.complete(fresh);
    }

    private void connectFailed(Throwable broken) {
        redis.log().about(RedisConnector.explain(endpoint, broken));
        Promise<RawConnection> over = attempt;
        reconnect();
        over.tryFail(broken);
    }

    private void lost(RawConnection which, String why) {
        if (raw != which) {
            return;
        }
        raw = null;
        loading.clear();
        which.close();
        redis.log().about(endpoint, why);
        reconnect();
    }

    /** By then it may be another's turn to be master, and whoever follows the chart has closed this line. */
    private void reconnect() {
        if (closed) {
            return;
        }
        attempt = Promise.promise();
        long wait = backoff.next();
        home.runOnContext(any -> redis.vertx()
                .setTimer(
                        wait,
                        timer -> ContextSwitch.to(home, redis.masters().refresh())
                                .onComplete(heard -> dial())));
    }

    private boolean isUnresponsive(RawConnection now) {
        return now.quietNanos()
                >= DEAF_AFTER * TimeUnit.MILLISECONDS.toNanos(redis.config().timeoutMs());
    }

    private static Request loadRequest(Script script) {
        return Request.cmd(Command.SCRIPT).arg("LOAD").arg(script.source());
    }

    private static StoreFailure unconnected() {
        return StoreFailure.notApplied("not connected to Redis");
    }
}
