package dev.portcullis.ratelimit.reputation;

import dev.portcullis.config.Secret;
import dev.portcullis.http.IpAddress;
import dev.portcullis.http.outgoing.OutgoingAnswer;
import dev.portcullis.http.outgoing.OutgoingAnswer.Why;
import dev.portcullis.http.outgoing.OutgoingConfig;
import dev.portcullis.http.outgoing.OutgoingHttp;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.http.outgoing.OutgoingRequest;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.http.outgoing.OutgoingTarget;
import dev.portcullis.protocol.Result;
import dev.portcullis.ratelimit.reputation.AddressReputation.Standing;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.resilience.LruMap;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Asks a service over HTTP, once for each address at a time, and keeps its answers. A client waits for a moment only: a
 * slow or broken service keeps no client out, and lets in those that it lists: they still have to authenticate.
 */
final class ReputationService implements AddressReputation, AutoCloseable {
    private final Vertx vertx;
    private final ReputationServiceConfig config;
    private final OutgoingHttp http;
    private final OutgoingTarget target;
    private final OutgoingRequest request;
    private final Cache cache;
    private final ReputationEvents events;
    private final LongSupplier millis;
    private final Map<String, Future<Standing>> running = new ConcurrentHashMap<>(); // bounded by the calls in flight

    /** @param millis a clock that every thread reads */
    ReputationService(
            Vertx vertx,
            ReputationServiceConfig config,
            OutgoingMetrics calls,
            ReputationEvents events,
            LongSupplier millis) {
        this.vertx = vertx;
        this.config = config;
        OutgoingConfig outgoing = new OutgoingConfig(
                config.callMs(),
                OutgoingConfig.STANDARD.answerBytes(),
                config.inFlight(),
                config.inFlight(),
                config.internalHosts(),
                CircuitBreaker.Config.STANDARD);
        this.http = OutgoingHttp.open(vertx, outgoing);
        this.target = new OutgoingTarget(OutgoingService.REPUTATION, config.url(), outgoing, calls);
        OutgoingRequest whole = OutgoingRequest.get(headers(config.headers()));
        this.request = config.listed().pointer().isPresent() ? whole : whole.forStatus();
        this.cache = new Cache(config.cacheSize(), config.cacheMs());
        this.events = events;
        this.millis = millis;
    }

    /** Completes within the deadline, on the caller's context. */
    @Override
    public Future<Standing> of(IpAddress address) {
        String key = address.keys().own();
        return cache.find(key, millis.getAsLong())
                .map(Future::succeededFuture)
                .orElseGet(() -> withinDeadline(ask(key, address)));
    }

    CircuitBreaker.Pass position() {
        return target.position();
    }

    @Override
    public void close() {
        http.close();
    }

    private Future<Standing> withinDeadline(Future<Standing> answer) {
        Context context = vertx.getOrCreateContext();
        Promise<Standing> waiting = Promise.promise();
        long timer = vertx.setTimer(config.deadlineMs(), any -> {
            if (!waiting.future().isComplete()) {
                events.late();
                waiting.tryComplete(Standing.UNKNOWN);
            }
        });
        answer.onComplete(any -> context.runOnContext(then -> {
            vertx.cancelTimer(timer);
            waiting.tryComplete(answer.succeeded() ? answer.result() : Standing.UNKNOWN);
        }));
        return waiting.future();
    }

    /** One call for all who ask about an address at a time. */
    private Future<Standing> ask(String key, IpAddress address) {
        Promise<Standing> mine = Promise.promise();
        Future<Standing> other = running.putIfAbsent(key, mine.future());
        if (other != null) {
            return other;
        }
        Optional<Standing> meanwhile =
                cache.find(key, millis.getAsLong()); // of the call before, if that has just ended
        if (meanwhile.isPresent()) {
            running.remove(key);
            mine.complete(meanwhile.get());
            return mine.future();
        }
        String path = config.url().target().replace(ReputationServiceConfig.PLACE, address.toString());
        http.send(target.at(path), request).map(this::judge).onComplete((standing, bug) -> {
            Optional<Standing> known = bug == null ? standing : Optional.empty();
            known.ifPresent(each -> cache.keep(key, each, millis.getAsLong()));
            running.remove(key);
            mine.complete(known.orElse(Standing.UNKNOWN));
        });
        return mine.future();
    }

    private Optional<Standing> judge(Result<OutgoingAnswer, Why> result) {
        Optional<Standing> standing = result.fold(
                answered ->
                        config.listed().judge(answered.status(), answered.body().getBytes()),
                why -> Optional.empty());
        if (standing.isEmpty()) {
            events.failed(result.fold(answered -> "answer of status " + answered.status(), Enum::name));
        }
        return standing;
    }

    private static Map<String, String> headers(Map<String, Secret> secrets) {
        Map<String, String> headers = new HashMap<>(Map.of("Accept", "application/json"));
        secrets.forEach((name, value) -> {
            headers.keySet().removeIf(name::equalsIgnoreCase);
            headers.put(name, value.reveal());
        });
        return headers;
    }

    /** The answers of the service, by address; of an IPv6 network one. A new one replaces the longest unused. Thread-safe. */
    private static final class Cache {
        private final long lengthMs;
        private final Map<String, Answer> answers;

        /** @param at when it came, in milliseconds */
        private record Answer(Standing standing, long at) {}

        Cache(int max, long lengthMs) {
            this.lengthMs = lengthMs;
            this.answers = new LruMap<>(max);
        }

        synchronized Optional<Standing> find(String key, long now) {
            return Optional.ofNullable(answers.get(key))
                    .filter(answer -> now - answer.at() < lengthMs)
                    .map(Answer::standing);
        }

        synchronized void keep(String key, Standing standing, long now) {
            answers.put(key, new Answer(standing, now));
        }
    }
}
