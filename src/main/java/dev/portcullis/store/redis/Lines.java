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
final class Lines {
    private static final long PAUSE_MS = 25;

    private final Parts parts;
    private final Context home;
    private final Map<HostPort, Line> open = new HashMap<>();
    private @Nullable Masters followed;
    private boolean closed;

    Lines(Parts parts, Context home) {
        this.parts = parts;
        this.home = home;
        parts.chart().follow(() -> home.runOnContext(any -> follow()));
    }

    Context home() {
        return home;
    }

    /** Completes when each master is connected; fails with what keeps one away. */
    Future<?> connected() {
        follow();
        return Future.all(open.values().stream().map(Line::attempt).toList());
    }

    /** Whatever becomes of that: a call that misses its script loads it itself. */
    void load(Script script) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(parts.config().timeoutMs());
        open.values().stream().filter(Line::isConnected).forEach(line -> line.load(script, nanos));
    }

    /** Fails with a {@link StoreFailure}. */
    Future<Response> run(ScriptCall call) {
        return attempt(Errand.of(call, parts.config().timeoutMs()));
    }

    /** Runs a script once at each master; the call is made for a lane that is kept there. */
    Future<List<Response>> runAtEach(IntFunction<ScriptCall> ofLane) {
        Masters masters = follow();
        return masters == null
                ? Future.failedFuture(StoreFailure.undone("no master is known"))
                : Future.all(masters.all().stream()
                                .map(masters::laneOf)
                                .map(ofLane::apply)
                                .map(this::run)
                                .toList())
                        .map(CompositeFuture::list);
    }

    /** What each master says of itself. */
    Future<List<ServerInfo>> info() {
        long nanos = TimeUnit.MILLISECONDS.toNanos(parts.config().timeoutMs());
        return Future.all(open.values().stream()
                        .map(line -> line.send(Request.cmd(Command.INFO), nanos)
                                .map(info -> ServerInfo.parse(info.toString())))
                        .toList())
                .map(CompositeFuture::list);
    }

    void close() {
        closed = true;
        open.values().forEach(Line::close);
        open.clear();
    }

    private Future<Response> attempt(Errand errand) {
        Optional<Line> line = Optional.ofNullable(follow())
                .flatMap(masters -> masters.of(errand.call().slot()))
                .map(this::line);
        return line.map(to -> over(to, errand))
                .orElseGet(() -> Future.failedFuture(StoreFailure.undone("no master is known")));
    }

    private Future<Response> over(Line line, Errand errand) {
        CallLimit limit = line.limit();
        if (!errand.call().isFirst() && !limit.hasRoom()) {
            parts.refused().increment();
            return failed(errand, Trouble.FULL, StoreFailure.undone("too many calls are under way"));
        }
        long began = System.nanoTime();
        limit.begin();
        return line.send(errand.call().byDigest(), errand.leftNanos())
                .onComplete(answer -> limit.end(began, System.nanoTime()), broken -> ended(limit, began, broken))
                .recover(broken -> next(line, errand, broken));
    }

    private static void ended(CallLimit limit, long began, Throwable broken) {
        Trouble trouble = Trouble.of(broken);
        if (trouble == Trouble.UNCONNECTED || trouble == Trouble.LOST) {
            limit.end();
        } else {
            limit.end(began, System.nanoTime());
        }
    }

    private Future<Response> next(Line line, Errand errand, Throwable broken) {
        Trouble trouble = Trouble.of(broken);
        if (errand.isSpent()) {
            return failed(errand, trouble, broken);
        }
        return switch (trouble) {
            case NOSCRIPT -> loadAndRun(line, errand.again());
            case MOVED -> {
                parts.chart().refresh();
                yield redirected(line, errand, broken, false);
            }
            case ASK -> redirected(line, errand, broken, true);
            case CLUSTERDOWN -> {
                parts.chart().doubt(line.endpoint());
                yield pause().compose(rested -> attempt(errand.again()));
            }
            case NOREPLICAS -> {
                parts.chart().doubt(line.endpoint());
                yield failed(errand, trouble, broken);
            }
            case TRYAGAIN -> pause().compose(rested -> attempt(errand.again()));
            case UNCONNECTED ->
                parts.chart().newest() == followed && open.containsValue(line)
                        ? failed(errand, trouble, broken)
                        : attempt(errand.again());
            case READONLY, MASTERDOWN, LOADING, NOAUTH -> {
                parts.chart().doubt(line.endpoint());
                line.distrust();
                yield failed(errand, trouble, broken);
            }
            default -> failed(errand, trouble, broken);
        };
    }

    /** One right behind the other: on a slow way there is no time to wait for both in turn. */
    private Future<Response> loadAndRun(Line line, Errand errand) {
        Future<Response> loaded = Way.back(line.load(errand.call().script(), errand.leftNanos()));
        return line.send(errand.call().byDigest(), errand.leftNanos())
                .recover(broken -> loaded.transform(load -> load.failed() && Trouble.of(broken) == Trouble.NOSCRIPT
                        ? failed(errand, Trouble.of(load.cause()), load.cause())
                        : next(line, errand, broken)));
    }

    private Future<Response> redirected(Line from, Errand errand, Throwable redirection, boolean asking) {
        Optional<Line> to = Trouble.target(redirection, from.endpoint()).map(this::line);
        if (to.isEmpty()) {
            return failed(errand, Trouble.of(redirection), redirection);
        }
        if (asking) { // it holds for the very next command on the line
            Future<Response> unused = to.get().send(Request.cmd(Command.ASKING), errand.leftNanos());
        }
        return over(to.get(), errand.again());
    }

    private Future<Response> failed(Errand errand, Trouble trouble, Throwable broken) {
        Script script = errand.call().script();
        parts.complaints().about(script, trouble, broken);
        String what = script.name() + " failed: " + trouble;
        return Future.failedFuture(trouble.undone() ? StoreFailure.undone(what) : new StoreFailure(what));
    }

    private Future<Void> pause() {
        Promise<Void> rested = Promise.promise();
        parts.vertx().setTimer(PAUSE_MS, any -> rested.complete());
        return rested.future();
    }

    private @Nullable Masters follow() {
        Masters newest = parts.chart().newest();
        if (newest != null && newest != followed && !closed) {
            followed = newest;
            open.values().removeIf(line -> {
                boolean gone = !newest.has(line.endpoint());
                if (gone) {
                    line.close();
                }
                return gone;
            });
            newest.all().forEach(this::line);
        }
        return closed ? null : newest;
    }

    private Line line(HostPort to) {
        return open.computeIfAbsent(to, any -> new Line(to, parts, home));
    }

    /** A call under way: redirections and loads don't add to its time, and are not without end. */
    private record Errand(ScriptCall call, long deadlineNanos, int turns) {
        private static final int MOST_TURNS = 16;

        static Errand of(ScriptCall call, long timeoutMs) {
            return new Errand(call, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs), 0);
        }

        Errand again() {
            return new Errand(call, deadlineNanos, turns + 1);
        }

        long leftNanos() {
            return Math.max(1, deadlineNanos - System.nanoTime());
        }

        boolean isSpent() {
            return turns >= MOST_TURNS || System.nanoTime() - deadlineNanos >= 0;
        }
    }
}
