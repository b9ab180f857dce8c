package dev.portcullis.rooms.authorizer;

import dev.portcullis.audit.LogThrottle;
import dev.portcullis.config.Json;
import dev.portcullis.http.outgoing.AnswerMemory;
import dev.portcullis.http.outgoing.AnswerSchema;
import dev.portcullis.http.outgoing.OutgoingHttp;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.http.outgoing.OutgoingRequest;
import dev.portcullis.http.outgoing.OutgoingResult;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.http.outgoing.RequestSignature;
import dev.portcullis.http.outgoing.UserTargets;
import dev.portcullis.resilience.CircuitBreaker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the application which rooms a user may enter, or to whom a user may write. There is one instance for each node, used by
 * all its threads. It calls the application within a deadline, through a circuit breaker of the user, and with a bound on the
 * calls in flight. It remembers answers, so a user whom the application refuses from now on may still enter and write for that
 * time.
 */
public final class HttpAuthorizer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpAuthorizer.class);

    private final AuthorizerConfig config;
    private final AnswerSchema schema;
    private final OutgoingHttp http;
    private final UserTargets targets;
    private final AnswerMemory<AuthorizerQuery, AuthorizerAnswer> memory;
    private final LongSupplier clock;
    private final LogThrottle throttle = new LogThrottle(System::nanoTime);

    private HttpAuthorizer(
            AuthorizerConfig config, AnswerSchema schema, OutgoingHttp http, UserTargets targets, LongSupplier clock) {
        this.config = config;
        this.schema = schema;
        this.http = http;
        this.targets = targets;
        this.memory = new AnswerMemory<>(config.remembered(), config.rememberMs());
        this.clock = clock;
    }

    /** @param clock the time in milliseconds, for the signature */
    public static HttpAuthorizer open(
            Vertx vertx, AuthorizerConfig config, OutgoingMetrics events, LongSupplier clock) {
        return open(vertx, OutgoingService.ROOM_AUTHORIZER, config, events, clock);
    }

    /** @param service the service of the application that is asked */
    public static HttpAuthorizer open(
            Vertx vertx, OutgoingService service, AuthorizerConfig config, OutgoingMetrics events, LongSupplier clock) {
        return new HttpAuthorizer(
                config,
                AnswerSchema.of(service),
                OutgoingHttp.open(vertx, config.bounds(), config.ca()),
                new UserTargets(service, config.url(), config.bounds(), events),
                clock);
    }

    /** The circuit breaker's position: open while the application answers no question, for no user. */
    public CircuitBreaker.Pass position() {
        return targets.position();
    }

    /** Asks the application, or the memory. It fails only for a bug. */
    public Future<AuthorizerAnswer> ask(AuthorizerQuery query) {
        return memory.find(query, System.nanoTime())
                .map(Future::succeededFuture)
                .orElseGet(() -> send(query));
    }

    @Override
    public void close() {
        http.close();
    }

    private Future<AuthorizerAnswer> send(AuthorizerQuery query) {
        long askedAt = System.nanoTime();
        byte[] json = document(query);
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("Accept", "application/json");
        config.secret().ifPresent(secret -> headers.putAll(RequestSignature.headers(secret, clock.getAsLong(), json)));
        return http.send(
                        targets.of(query.user()),
                        OutgoingRequest.post(headers, Buffer.buffer(json)).asIdempotent())
                .map(this::read)
                .onSuccess(answer -> remember(query, answer, askedAt));
    }

    private AuthorizerAnswer read(OutgoingResult result) {
        AuthorizerAnswer answer = result.fold(
                answered -> AuthorizerReply.read(
                        schema, answered.status(), answered.body().getBytes()),
                why -> AuthorizerAnswer.UNANSWERED);
        if (answer == AuthorizerAnswer.UNANSWERED) {
            log(result.fold(
                    answered -> "status_" + answered.status(), why -> why.name().toLowerCase(Locale.ROOT)));
        }
        return answer;
    }

    /** Remembers an answer. A question without one is asked again by the next attempt. */
    private void remember(AuthorizerQuery query, AuthorizerAnswer answer, long askedAt) {
        if (answer != AuthorizerAnswer.UNANSWERED) {
            memory.add(query, answer, askedAt);
        }
    }

    private void log(String reason) {
        throttle.suppressed()
                .ifPresent(suppressed -> LOG.atWarn()
                        .addKeyValue("event", "rooms.authorizer.failed")
                        .addKeyValue("reason", reason)
                        .addKeyValue("count", suppressed + 1)
                        .log("the application's authorizer gave no answer that could be used"));
    }

    private static byte[] document(AuthorizerQuery query) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("userId", query.user().value());
        members.put("role", query.role().id());
        query.target()
                .fold(
                        room -> members.put("roomId", room.value()),
                        recipient -> members.put("recipientId", recipient.value()));
        return Json.write(members).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the reply of the application by its published schema: one that does not fit counts as no answer, and never as a permission
     * (CWE-636).
     */
    static final class AuthorizerReply {
        private static final int OK = 200;

        private AuthorizerReply() {}

        static AuthorizerAnswer read(AnswerSchema schema, int status, byte[] body) {
            if (status != OK) {
                return AuthorizerAnswer.UNANSWERED;
            }
            return schema.read(body)
                    .filter(AnswerSchema.Answer::fits)
                    .flatMap(answer -> answer.text("action"))
                    .map(action -> action.equals("allow") ? AuthorizerAnswer.ALLOWED : AuthorizerAnswer.REFUSED)
                    .orElse(AuthorizerAnswer.UNANSWERED);
        }
    }
}
