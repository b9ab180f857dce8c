package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import dev.portcullis.store.StoreFailure;
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
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** One event loop's lines to all masters, and which of them a call takes. Everything here happens on that loop. */
final class EventLoopClient {
    private static final long PAUSE_MS = 25;

    private final RedisContext redis;
    private final Context home;
    private final Map<HostPort, RedisConnection> open = new HashMap<>();
    private @Nullable SlotMap followed;
    private boolean closed;

    EventLoopClient(RedisContext redis, Context home) {
        this.redis = redis;
        this.home = home;
        redis.masters().follow(() -> home.runOnContext(any -> follow()));
    }

    Context home() {
        return home;
    }

    /** Completes when each master is connected; fails with what keeps one away. */
    Future<?> connected() {
        follow();
        return Future.all(open.values().stream().map(RedisConnection::attempt).toList());
    }

    /** Whatever becomes of that: a call that misses its script loads it itself. */
    void load(Script script) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(redis.config().timeoutMs());
        open.values().stream()
                .filter(RedisConnection::isConnected)
                .forEach(connection -> connection.load(script, nanos));
    }

    /** Fails with a {@link StoreFailure}. */
    Future<Response> run(Script.Call call) {
        return attempt(PendingCall.of(call, redis.config().timeoutMs()));
    }

    /** Runs a script once at each master; the call is made for a lane that is kept there. */
    Future<List<Response>> runAtEach(IntFunction<Script.Call> ofLane) {
        SlotMap slots = follow();
        return slots == null
                ? Future.failedFuture(StoreFailure.notApplied("no master is known"))
                : Future.all(slots.all().stream()
                                .map(slots::laneOf)
                                .map(ofLane::apply)
                                .map(this::run)
                                .toList())
                        .map(CompositeFuture::list);
    }

    /** What each master says of itself. */
    Future<List<ServerInfo>> info() {
        long nanos = TimeUnit.MILLISECONDS.toNanos(redis.config().timeoutMs());
        return Future.all(open.values().stream()
                        .map(connection -> connection
                                .send(Request.cmd(Command.INFO), nanos)
                                .map(info -> ServerInfo.parse(info.toString())))
                        .toList())
                .map(CompositeFuture::list);
    }

    void close() {
        closed = true;
        open.values().forEach(RedisConnection::close);
        open.clear();
    }

    private Future<Response> attempt(PendingCall pendingCall) {
        Optional<RedisConnection> connection = Optional.ofNullable(follow())
                .flatMap(slots -> slots.of(pendingCall.call().slot()))
                .map(this::line);
        return connection
                .map(to -> over(to, pendingCall))
                .orElseGet(() -> Future.failedFuture(StoreFailure.notApplied("no master is known")));
    }

    private Future<Response> over(RedisConnection connection, PendingCall pendingCall) {
        AdaptiveCallLimit limit = connection.limit();
        if (!pendingCall.call().isFirst() && !limit.hasRoom()) {
            redis.refused().increment();
            return failed(pendingCall, RedisError.FULL, StoreFailure.notApplied("too many calls are under way"));
        }
        long began = System.nanoTime();
        limit.begin();
        return connection
                .send(pendingCall.call().byDigest(), pendingCall.leftNanos())
                .onComplete(answer -> limit.end(began, System.nanoTime()), broken -> ended(limit, began, broken))
                .recover(broken -> next(connection, pendingCall, broken));
    }

    private static void ended(AdaptiveCallLimit limit, long began, Throwable broken) {
        RedisError error = RedisError.of(broken);
        if (error == RedisError.UNCONNECTED || error == RedisError.LOST) {
            limit.end();
        } else {
            limit.end(began, System.nanoTime());
        }
    }

    private Future<Response> next(RedisConnection connection, PendingCall pendingCall, Throwable broken) {
        RedisError error = RedisError.of(broken);
        if (pendingCall.isSpent()) {
            return failed(pendingCall, error, broken);
        }
        return switch (error) {
            case NOSCRIPT -> loadAndRun(connection, pendingCall.again());
            case MOVED -> {
                redis.masters().refresh();
                yield redirected(connection, pendingCall, broken, false);
            }
            case ASK -> redirected(connection, pendingCall, broken, true);
            case CLUSTERDOWN -> {
                redis.masters().invalidate(connection.endpoint());
                yield pause().compose(rested -> attempt(pendingCall.again()));
            }
            case NOREPLICAS -> {
                redis.masters().invalidate(connection.endpoint());
                yield failed(pendingCall, error, broken);
            }
            case TRYAGAIN -> pause().compose(rested -> attempt(pendingCall.again()));
            case UNCONNECTED ->
                redis.masters().newest() == followed && open.containsValue(connection)
                        ? failed(pendingCall, error, broken)
                        : attempt(pendingCall.again());
            case READONLY, MASTERDOWN, LOADING, NOAUTH -> {
                redis.masters().invalidate(connection.endpoint());
                connection.drop();
                yield failed(pendingCall, error, broken);
            }
            default -> failed(pendingCall, error, broken);
        };
    }

    /** One right behind the other: on a slow way there is no time to wait for both in turn. */
    private Future<Response> loadAndRun(RedisConnection connection, PendingCall pendingCall) {
        Future<Response> loaded =
                ContextSwitch.returnTo(connection.load(pendingCall.call().script(), pendingCall.leftNanos()));
        return connection
                .send(pendingCall.call().byDigest(), pendingCall.leftNanos())
                .recover(broken ->
                        loaded.transform(load -> load.failed() && RedisError.of(broken) == RedisError.NOSCRIPT
                                ? failed(pendingCall, RedisError.of(load.cause()), load.cause())
                                : next(connection, pendingCall, broken)));
    }

    private Future<Response> redirected(
            RedisConnection from, PendingCall pendingCall, Throwable redirection, boolean asking) {
        Optional<RedisConnection> to =
                RedisError.target(redirection, from.endpoint()).map(this::line);
        if (to.isEmpty()) {
            return failed(pendingCall, RedisError.of(redirection), redirection);
        }
        if (asking) { // it holds for the very next command on the line
            Future<Response> unused = to.get().send(Request.cmd(Command.ASKING), pendingCall.leftNanos());
        }
        return over(to.get(), pendingCall.again());
    }

    private Future<Response> failed(PendingCall pendingCall, RedisError error, Throwable broken) {
        Script script = pendingCall.call().script();
        redis.log().about(script, error, broken);
        String what = script.name() + " failed: " + error;
        return Future.failedFuture(error.notApplied() ? StoreFailure.notApplied(what) : new StoreFailure(what));
    }

    private Future<Void> pause() {
        Promise<Void> rested = Promise.promise();
        redis.vertx().setTimer(PAUSE_MS, any -> rested.complete());
        return rested.future();
    }

    private @Nullable SlotMap follow() {
        SlotMap newest = redis.masters().newest();
        if (newest != null && newest != followed && !closed) {
            followed = newest;
            open.values().removeIf(connection -> {
                boolean gone = !newest.has(connection.endpoint());
                if (gone) {
                    connection.close();
                }
                return gone;
            });
            newest.all().forEach(this::line);
        }
        return closed ? null : newest;
    }

    private RedisConnection line(HostPort to) {
        return open.computeIfAbsent(to, any -> new RedisConnection(to, redis, home));
    }

    /** A call under way: redirections and loads don't add to its time, and are not without end. */
    private record PendingCall(Script.Call call, long deadlineNanos, int turns) {
        private static final int MOST_TURNS = 16;

        static PendingCall of(Script.Call call, long timeoutMs) {
            return new PendingCall(call, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs), 0);
        }

        PendingCall again() {
            return new PendingCall(call, deadlineNanos, turns + 1);
        }

        long leftNanos() {
            return Math.max(1, deadlineNanos - System.nanoTime());
        }

        boolean isSpent() {
            return turns >= MOST_TURNS || System.nanoTime() - deadlineNanos >= 0;
        }
    }
}
