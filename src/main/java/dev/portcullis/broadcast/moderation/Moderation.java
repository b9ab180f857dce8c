package dev.portcullis.broadcast.moderation;

import dev.portcullis.audit.LogThrottle;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.broadcast.moderation.ModerationAnswer.Kind;
import dev.portcullis.broadcast.moderation.ModerationConfig.OnFailure;
import dev.portcullis.http.outgoing.AnswerMemory;
import dev.portcullis.http.outgoing.OutgoingConfig;
import dev.portcullis.http.outgoing.OutgoingHttp;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.http.outgoing.OutgoingRequest;
import dev.portcullis.http.outgoing.OutgoingResult;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.http.outgoing.RequestSignature;
import dev.portcullis.http.outgoing.UserTargets;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.streams.AppendRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the moderation service about messages. There is one instance for each node, used by all its threads. The service gets the
 * same message as readers, without its position. It is called within a deadline, through a circuit breaker of the message's user,
 * and with a bound on the calls in flight. A service that is down delays only the messages that test it, and a user whose texts
 * take it too long delays only their own.
 */
public final class Moderation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Moderation.class);

    private final ModerationConfig config;
    private final OutgoingHttp http;
    private final UserTargets targets;
    private final AnswerMemory<Key, ModerationAnswer> memory;
    private final EnumCounters<Kind> results;
    private final LongSupplier clock;
    private final LogThrottle throttle = new LogThrottle(System::nanoTime);

    /**
     * Identifies a message over all its attempts.
     *
     * @param bodyHash the hash in hexadecimal, so that another text under a used id is another message
     */
    record Key(String stream, UserId user, String type, String id, String bodyHash) {
        static Key of(AppendRequest append) {
            AppendRequest.IdempotencyKey key = append.idempotencyKey().orElseThrow();
            return new Key(
                    append.stream().value(),
                    key.user(),
                    key.type(),
                    key.id(),
                    HexFormat.of().formatHex(key.bodyHash()));
        }
    }

    private Moderation(
            ModerationConfig config,
            OutgoingHttp http,
            UserTargets targets,
            EnumCounters<Kind> results,
            LongSupplier clock) {
        this.config = config;
        this.http = http;
        this.targets = targets;
        this.memory = new AnswerMemory<>(config.remembered(), config.rememberMs());
        this.results = results;
        this.clock = clock;
    }

    /** @param clock the time in milliseconds, for the signature */
    public static Moderation open(
            Vertx vertx,
            ModerationConfig config,
            OutgoingMetrics events,
            EnumCounters<Kind> results,
            LongSupplier clock) {
        OutgoingConfig bounds = config.bounds();
        return new Moderation(
                config,
                OutgoingHttp.open(vertx, bounds, config.ca()),
                new UserTargets(OutgoingService.CONTENT_HOOK, config.url(), bounds, events),
                results,
                clock);
    }

    public boolean covers(Target target) {
        return target.fold(config.rooms()::cover, user -> config.direct());
    }

    public boolean failsClosed() {
        return config.onFailure() == OnFailure.CLOSED;
    }

    /** The circuit breaker's position: open while the service answers no question, for no user. */
    public CircuitBreaker.Pass position() {
        return targets.position();
    }

    /** Asks the service, or the memory. It fails only for a bug. */
    public Future<ModerationAnswer> judge(AppendRequest append) {
        Key key = Key.of(append);
        long askedAt = System.nanoTime();
        return memory.find(key, askedAt)
                .map(Future::succeededFuture)
                .orElseGet(
                        () -> ask(userOf(append), append.body()).onSuccess(answer -> remember(key, answer, askedAt)));
    }

    @Override
    public void close() {
        http.close();
    }

    private Future<ModerationAnswer> ask(UserId user, byte[] body) {
        byte[] json = document(body);
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("Accept", "application/json");
        config.secret().ifPresent(secret -> headers.putAll(RequestSignature.headers(secret, clock.getAsLong(), json)));
        return http.send(
                        targets.of(user),
                        OutgoingRequest.post(headers, Buffer.buffer(json)).asIdempotent())
                .map(this::read);
    }

    private ModerationAnswer read(OutgoingResult result) {
        ModerationAnswer answer = result.fold(
                answered -> AnswerReader.read(answered.status(), answered.body().getBytes()),
                why -> ModerationAnswer.NONE);
        results.add(answer.kind());
        if (answer.kind() == Kind.NONE) {
            log(result.fold(
                    answered -> "status_" + answered.status(), why -> why.name().toLowerCase(Locale.ROOT)));
        }
        return answer;
    }

    /** Remembers an answer. A message without one is asked about again by the next attempt. */
    private void remember(Key key, ModerationAnswer answer, long askedAt) {
        if (answer.kind() != Kind.NONE) {
            memory.add(key, answer, askedAt);
        }
    }

    private void log(String reason) {
        throttle.suppressed()
                .ifPresent(suppressed -> LOG.atWarn()
                        .addKeyValue("event", "content.hook.failed")
                        .addKeyValue("reason", reason)
                        .addKeyValue("count", suppressed + 1)
                        .log("the moderation service gave no answer that could be used"));
    }

    private static UserId userOf(AppendRequest append) {
        return append.idempotencyKey().orElseThrow().user();
    }

    /** The message as the service gets it: the body of an entry is a JSON object without its opening brace. */
    private static byte[] document(byte[] body) {
        byte[] json = new byte[body.length + 1];
        json[0] = '{';
        System.arraycopy(body, 0, json, 1, body.length);
        return json;
    }
}
