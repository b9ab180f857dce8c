package dev.portcullis.auth.key;

import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.bus.AnswerUnavailable;
import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of one issuer that are read from its server: at the start, regularly, and when a token names a key that is
 * not known. One for each node. A key that a read set misses is out of use after a time, so that a rotation refuses no
 * token of before, but not for ever, since its issuer may know that others have it (CWE-324). A failed read changes
 * nothing.
 */
final class FetchedKeys implements KeySource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FetchedKeys.class);
    private static final int MAX_WAITING = 1_000;

    private final Vertx vertx;
    private final KeyFetcher fetcher;
    private final String url;
    private final KeysConfig config;
    private final WorkerPool threads;
    private final EnumCounters<KeyFetchResult> fetches;
    private final FetchSchedule schedule;
    private volatile State state = new State(KeySet.EMPTY, Optional.empty(), 0, Optional.empty(), 0);
    private List<Promise<Void>> waiting = new ArrayList<>();
    private boolean fetching;
    private boolean closed;
    private long timer = -1;

    /**
     * The keys and the result of the last fetch.
     *
     * @param issuer as its discovery document has it
     * @param readAt nanoseconds; means nothing before the first set is read
     * @param last the result of the last fetch; empty before its end
     * @param fetches the number of fetches that have ended
     */
    private record State(
            KeySet keys, Optional<String> issuer, long readAt, Optional<KeyFetchResult> last, long fetches) {
        boolean isMissing() {
            return keys == KeySet.EMPTY;
        }

        boolean isFresh() {
            return last.equals(Optional.of(KeyFetchResult.OK));
        }
    }

    /** @param url as configured, for the log */
    FetchedKeys(
            Vertx vertx,
            KeyFetcher fetcher,
            String url,
            KeysConfig config,
            WorkerPool threads,
            EnumCounters<KeyFetchResult> fetches) {
        this.vertx = vertx;
        this.fetcher = fetcher;
        this.url = url;
        this.config = config;
        this.threads = threads;
        this.fetches = fetches;
        this.schedule = new FetchSchedule(config, System.nanoTime());
    }

    /** Completes after the first fetch, which may have failed. */
    Future<Void> start() {
        return join(() -> true);
    }

    @Override
    public Future<List<SignatureVerifier>> keysFor(SignatureAlgorithm algorithm, Optional<String> kid) {
        State known = state;
        long now = System.nanoTime();
        List<SignatureVerifier> found = known.keys.find(algorithm, kid, now);
        boolean settled = !found.isEmpty() || known.keys.hasNamed(kid, now) || (kid.isEmpty() && known.isFresh());
        return settled ? Future.succeededFuture(found) : fetchedSince(known).compose(any -> answer(algorithm, kid));
    }

    @Override
    public boolean isCurrent(SignatureVerifier key) {
        return state.keys.has(key, System.nanoTime());
    }

    @Override
    public Optional<String> issuer() {
        return state.issuer;
    }

    boolean isMissing() {
        return state.isMissing();
    }

    boolean isFresh() {
        return state.isFresh();
    }

    /** Why the last fetch brought none. */
    Optional<KeyFetchResult> problem() {
        return state.last.filter(result -> result != KeyFetchResult.OK);
    }

    CircuitBreaker.Pass position() {
        return fetcher.position();
    }

    boolean isHeldBack() {
        return fetcher.isHeldBack();
    }

    /** Seconds since the last set was read; empty before the first. */
    Optional<Long> ageSeconds() {
        State known = state;
        return known.isMissing()
                ? Optional.empty()
                : Optional.of(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - known.readAt));
    }

    String url() {
        return url;
    }

    @Override
    public void close() {
        List<Promise<Void>> left;
        synchronized (this) {
            closed = true;
            vertx.cancelTimer(timer);
            left = takeWaiting();
        }
        fetcher.close();
        left.forEach(Promise::tryComplete);
    }

    /** Without a fresh set it is not known whether the issuer has the key. */
    private Future<List<SignatureVerifier>> answer(SignatureAlgorithm algorithm, Optional<String> kid) {
        State known = state;
        List<SignatureVerifier> found = known.keys.find(algorithm, kid, System.nanoTime());
        return known.isFresh() || !found.isEmpty() ? Future.succeededFuture(found) : Future.failedFuture(unavailable());
    }

    /** Completes at once if a fetch has ended since, or none may begin; and no later than a token may wait. */
    private Future<Void> fetchedSince(State known) {
        Future<Void> fetched =
                join(() -> state.fetches == known.fetches && (fetching || schedule.takeForToken(System.nanoTime())));
        if (fetched.isComplete()) {
            return fetched;
        }
        Promise<Void> done = Promise.promise();
        long late = vertx.setTimer(config.waitMs(), any -> done.tryFail(unavailable()));
        Context caller = vertx.getOrCreateContext();
        fetched.onComplete(any -> caller.runOnContext(back -> {
            vertx.cancelTimer(late);
            done.tryComplete();
        }));
        return done.future();
    }

    /**
     * Completes after the fetch in flight, or after one that begins now.
     *
     * @param wanted decides in the same step: otherwise a fetch that ends meanwhile has another begin (CWE-367)
     */
    private Future<Void> join(BooleanSupplier wanted) {
        Promise<Void> done = Promise.promise();
        boolean begins;
        synchronized (this) {
            if (waiting.size() >= MAX_WAITING) {
                return Future.failedFuture(unavailable());
            }
            if (closed || !wanted.getAsBoolean()) {
                return Future.succeededFuture();
            }
            waiting.add(done);
            begins = !fetching;
            fetching = true;
        }
        if (begins) {
            fetch();
        }
        return done.future();
    }

    private void fetch() {
        fetcher.fetch().onComplete(fetch -> {
            if (fetch.succeeded()) {
                ended(fetch.result());
            } else {
                LOG.atError()
                        .addKeyValue("event", "auth.keys.failed")
                        .addKeyValue("url", url)
                        .setCause(fetch.cause())
                        .log("the keys of an issuer could not be read because of an error of this server");
                ended(Result.refused(KeyFetchResult.NO_ANSWER));
            }
        });
    }

    private void ended(Result<KeyFetcher.Keys, KeyFetchResult> fetch) {
        synchronized (this) {
            if (closed) { // the issuer is no longer trusted, and who waited is answered
                return;
            }
        }
        KeyFetchResult result = fetch.fold(this::accept, this::keep);
        fetches.add(result);
        List<Promise<Void>> done;
        synchronized (this) {
            fetching = false;
            done = takeWaiting();
            if (!closed) {
                vertx.cancelTimer(timer);
                timer = vertx.setTimer(schedule.pauseAfter(result), any -> join(() -> true));
            }
        }
        done.forEach(Promise::tryComplete);
    }

    private KeyFetchResult accept(KeyFetcher.Keys read) {
        State before = state;
        long now = System.nanoTime();
        KeySet next =
                before.keys.next(read.keys(), threads, now, now + TimeUnit.MILLISECONDS.toNanos(config.withdrawnMs()));
        state = new State(next, read.issuer(), now, Optional.of(KeyFetchResult.OK), before.fetches + 1);
        if (!before.isFresh()) {
            LOG.atInfo()
                    .addKeyValue("event", "auth.keys.read")
                    .addKeyValue("url", url)
                    .log("the keys of an issuer were read from its server");
        }
        return KeyFetchResult.OK;
    }

    private KeyFetchResult keep(KeyFetchResult why) {
        State before = state;
        state = new State(before.keys, before.issuer, before.readAt, Optional.of(why), before.fetches + 1);
        if (!before.last.equals(Optional.of(why))) { // once while it lasts
            LOG.atWarn()
                    .addKeyValue("event", "auth.keys.unavailable")
                    .addKeyValue("url", url)
                    .addKeyValue("reason", why.id())
                    .log("the keys of an issuer can't be read from its server: {}", why.sentence());
        }
        return why;
    }

    private static AnswerUnavailable unavailable() {
        return new AnswerUnavailable("the keys of an issuer can't be read from its server");
    }

    private List<Promise<Void>> takeWaiting() {
        List<Promise<Void>> taken = waiting;
        waiting = new ArrayList<>();
        return taken;
    }
}
