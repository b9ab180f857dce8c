package dev.portcullis.auth.key;

import dev.portcullis.auth.key.KeyOrigin.OfServer;
import dev.portcullis.http.outgoing.OutgoingAnswer.Why;
import dev.portcullis.http.outgoing.OutgoingConfig;
import dev.portcullis.http.outgoing.OutgoingHttp;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.http.outgoing.OutgoingRequest;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.http.outgoing.OutgoingTarget;
import dev.portcullis.http.outgoing.OutgoingUrl;
import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.CircuitBreaker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads the keys of one issuer from its server. One fetch at a time. Has its own HTTP client: the private hosts that one
 * issuer may name must not be open to another.
 */
final class KeyFetcher implements AutoCloseable {
    private static final int IN_FLIGHT = 2;
    private static final int OK = 200;
    private static final OutgoingRequest REQUEST = OutgoingRequest.get(Map.of("Accept", "application/json"));

    private final OfServer origin;
    private final Set<SignatureAlgorithm> algorithms;
    private final Optional<String> issuer;
    private final OutgoingMetrics calls;
    private final OutgoingConfig config;
    private final OutgoingHttp http;
    private final OutgoingTarget first;
    private volatile Optional<OutgoingTarget> discovered = Optional.empty();

    record Keys(Optional<String> issuer, List<JsonWebKey> keys) {}

    /**
     * What an issuer says about itself.
     *
     * @param issuer the value that {@code iss} must have in its tokens
     */
    private record Discovered(String issuer, OutgoingUrl jwks) {}

    /** @param issuer the issuer's name, if the configuration says it */
    KeyFetcher(
            Vertx vertx,
            OfServer origin,
            Set<SignatureAlgorithm> algorithms,
            Optional<String> issuer,
            Optional<String> ca,
            OutgoingMetrics calls) {
        OutgoingConfig standard = OutgoingConfig.STANDARD;
        this.origin = origin;
        this.algorithms = algorithms;
        this.issuer = issuer;
        this.calls = calls;
        this.config = new OutgoingConfig(
                standard.deadlineMs(),
                standard.answerBytes(),
                IN_FLIGHT,
                IN_FLIGHT,
                origin.internalHosts(),
                standard.breaker());
        this.http = OutgoingHttp.open(vertx, config, ca);
        this.first = target(origin.target());
    }

    /** Fails only for a bug. */
    Future<Result<Keys, KeyFetchResult>> fetch() {
        return origin.kind() == OfServer.Kind.JWKS ? keys(first, Optional.empty()) : discover();
    }

    boolean isHeldBack() {
        return first.state() != CircuitBreaker.State.CLOSED
                || discovered
                        .filter(target -> target.state() != CircuitBreaker.State.CLOSED)
                        .isPresent();
    }

    /** The worse of its circuit breakers, as {@link OutgoingTarget#position} says. */
    CircuitBreaker.Pass position() {
        return Stream.concat(Stream.of(first), discovered.stream())
                .map(OutgoingTarget::position)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    @Override
    public void close() {
        http.close();
    }

    private Future<Result<Keys, KeyFetchResult>> discover() {
        return read(first)
                .compose(answer -> answer.fold(
                        body -> discovered(body)
                                .fold(
                                        document -> keys(targetOf(document.jwks()), Optional.of(document.issuer())),
                                        KeyFetcher::failed),
                        KeyFetcher::failed));
    }

    /** The metadata that the issuer publishes about itself (OpenID Connect Discovery 1.0 section 3). */
    private Result<Discovered, KeyFetchResult> discovered(byte[] body) {
        Optional<JsonDocument> document = JsonDocument.parse(body);
        Optional<String> named = document.flatMap(all -> all.text("issuer"));
        Optional<String> jwks = document.flatMap(all -> all.text("jwks_uri"));
        if (named.isEmpty() || jwks.isEmpty()) {
            return Result.refused(KeyFetchResult.BAD_DOCUMENT);
        }
        if (!isIssuer(named.get())) {
            return Result.refused(KeyFetchResult.WRONG_ISSUER);
        }
        return OutgoingUrl.parse(jwks.get())
                .filter(this::isListed)
                .<Result<Discovered, KeyFetchResult>>map(url -> Result.done(new Discovered(named.get(), url)))
                .orElseGet(() -> Result.refused(KeyFetchResult.FOREIGN_HOST));
    }

    /** One issuer could else pass for another (OpenID Connect Discovery 1.0 section 4.3; RFC 9207). */
    private boolean isIssuer(String named) {
        return origin.issuers().contains(named) && issuer.map(named::equals).orElse(true);
    }

    /** A server that was taken over must not send our calls to hosts of its choice (CWE-918). */
    private boolean isListed(OutgoingUrl url) {
        return url.host().equals(origin.target().host()) || origin.jwksHosts().contains(url.host());
    }

    /** The same target as before for the same URL, with what its circuit breaker knows. */
    private OutgoingTarget targetOf(OutgoingUrl url) {
        OutgoingTarget target =
                discovered.filter(known -> known.url().equals(url)).orElseGet(() -> target(url));
        discovered = Optional.of(target);
        return target;
    }

    private OutgoingTarget target(OutgoingUrl url) {
        return new OutgoingTarget(OutgoingService.KEYS, url, config, calls);
    }

    private Future<Result<Keys, KeyFetchResult>> keys(OutgoingTarget target, Optional<String> named) {
        return read(target)
                .compose(answer -> answer.fold(
                        body -> JsonWebKey.readSet(body, algorithms)
                                .fold(
                                        set -> Future.<Result<Keys, KeyFetchResult>>succeededFuture(
                                                Result.done(new Keys(named, set))),
                                        KeyFetcher::failed),
                        KeyFetcher::failed));
    }

    private Future<Result<byte[], KeyFetchResult>> read(OutgoingTarget target) {
        return http.send(target, REQUEST)
                .map(result -> result.fold(
                        answered -> answered.status() == OK
                                ? Result.done(answered.body().getBytes())
                                : Result.refused(KeyFetchResult.BAD_STATUS),
                        why -> Result.refused(resultOf(why))));
    }

    private static KeyFetchResult resultOf(Why why) {
        return switch (why) {
            case ADDRESS_REFUSED -> KeyFetchResult.ADDRESS_REFUSED;
            case TLS_FAILED -> KeyFetchResult.TLS_FAILED;
            case REDIRECTED -> KeyFetchResult.REDIRECTED;
            case TOO_LARGE -> KeyFetchResult.TOO_LARGE;
            case BROKEN_ANSWER -> KeyFetchResult.BAD_DOCUMENT;
            case BREAKER_OPEN, BUSY, RESOLVER_BUSY, NOT_RESOLVED, CONNECT_FAILED, TIMED_OUT -> KeyFetchResult.NO_ANSWER;
        };
    }

    private static Future<Result<Keys, KeyFetchResult>> failed(KeyFetchResult why) {
        return Future.succeededFuture(Result.refused(why));
    }
}
