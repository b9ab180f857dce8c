package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreUnopened;
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
final class Line {
    private static final int DEAF_AFTER = 3;

    private final HostPort endpoint;
    private final Parts parts;
    private final Context home;
    private final Backoff backoff;
    private final CallLimit limit;
    private final Map<String, Future<Response>> loading = new HashMap<>();
    private Promise<Wire> attempt = Promise.promise();
    private @Nullable Wire wire;
    private int waiting;
    private boolean closed;

    Line(HostPort endpoint, Parts parts, Context home) {
        this.endpoint = endpoint;
        this.parts = parts;
        this.home = home;
        this.backoff = new Backoff(parts.config().reconnect(), ThreadLocalRandom.current());
        this.limit = new CallLimit(parts.config().limit(), parts.config().waiting());
        home.runOnContext(any -> dial());
    }

    HostPort endpoint() {
        return endpoint;
    }

    CallLimit limit() {
        return limit;
    }

    boolean isConnected() {
        return wire != null;
    }

    /** How the attempt under way ends, or the last one has ended. */
    Future<Wire> attempt() {
        return attempt.future();
    }

    /** Fails with what Redis answered, or with what {@link Trouble} makes a kind of. */
    Future<Response> send(Request request, long leftNanos) {
        Wire now = wire;
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
    void distrust() {
        Wire now = wire;
        if (now != null) {
            lost(now, "distrusted");
        }
    }

    void close() {
        closed = true;
        attempt.tryFail(unconnected());
        Wire last = wire;
        wire = null;
        if (last != null) {
            last.close();
        }
    }

    private Future<Response> over(Wire now, Request request, long leftNanos) {
        return now.send(request).timeout(leftNanos, TimeUnit.NANOSECONDS).onFailure(broken -> {
            if (broken instanceof TimeoutException ? isDeaf(now) : Trouble.of(broken) == Trouble.UNCONNECTED) {
                lost(now, "silent");
            }
        });
    }

    private Future<Response> whenConnected(Request request, long leftNanos) {
        if (closed || !backoff.isFresh() || waiting >= parts.config().waiting()) {
            return Future.failedFuture(unconnected());
        }
        long until = System.nanoTime() + leftNanos;
        Promise<Wire> mine = Promise.promise();
        waiting++;
        long timer = parts.vertx()
                .setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(leftNanos)), any -> mine.tryFail(unconnected()));
        Way.back(attempt.future()).onComplete(ended -> {
            waiting--;
            if (parts.vertx().cancelTimer(timer)) {
                mine.handle(ended);
            }
        });
        return mine.future().compose(now -> over(now, request, Math.max(1, until - System.nanoTime())));
    }

    private void dial() {
        if (closed) {
            return;
        }
        parts.dialer().reach(endpoint, this::vet).onComplete(this::connected, this::missed);
    }

    /** Nobody's first call shall find that this is a replica, or that a script is missing. */
    private Future<?> vet(Wire fresh) {
        return fresh.send(Request.cmd(Command.INFO))
                .compose(info -> fault(ServerInfo.parse(info.toString()))
                        .<Future<?>>map(Future::failedFuture)
                        .orElseGet(() -> Future.join(parts.scripts().stream()
                                .map(script -> fresh.send(loadRequest(script)))
                                .toList())));
    }

    private Optional<StoreUnopened> fault(ServerInfo info) {
        Topology topology = parts.config().topology();
        return info.unfit(endpoint, topology)
                .map(StoreUnopened::new)
                .or(() -> info.absent(endpoint).map(StoreUnopened::passing))
                .or(() -> info.replica(endpoint)
                        .map(topology == Topology.STANDALONE ? StoreUnopened::new : StoreUnopened::passing));
    }

    private void connected(Wire fresh) {
        if (closed) {
            fresh.close();
            return;
        }
        backoff.reset();
        wire = fresh;
        fresh.onEnd(() -> lost(fresh, "ended"));
        attempt.complete(fresh);
    }

    private void missed(Throwable broken) {
        parts.complaints().about(Dialer.explain(endpoint, broken));
        Promise<Wire> over = attempt;
        again();
        over.tryFail(broken);
    }

    private void lost(Wire which, String why) {
        if (wire != which) {
            return;
        }
        wire = null;
        loading.clear();
        which.close();
        parts.complaints().about(endpoint, why);
        again();
    }

    /** By then it may be another's turn to be master, and whoever follows the chart has closed this line. */
    private void again() {
        if (closed) {
            return;
        }
        attempt = Promise.promise();
        long wait = backoff.next();
        home.runOnContext(any -> parts.vertx()
                .setTimer(wait, timer -> Way.to(home, parts.chart().refresh()).onComplete(heard -> dial())));
    }

    private boolean isDeaf(Wire now) {
        return now.quietNanos()
                >= DEAF_AFTER * TimeUnit.MILLISECONDS.toNanos(parts.config().timeoutMs());
    }

    private static Request loadRequest(Script script) {
        return Request.cmd(Command.SCRIPT).arg("LOAD").arg(script.source());
    }

    private static StoreFailure unconnected() {
        return StoreFailure.undone("not connected to Redis");
    }
}
