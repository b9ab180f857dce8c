package dev.portcullis.rooms.authorizer;

import dev.portcullis.audit.LogThrottle;
import dev.portcullis.config.Json;
import dev.portcullis.http.outgoing.AnswerSchema;
import dev.portcullis.http.outgoing.AskedService;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.resilience.CircuitBreaker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the application which rooms a user may enter, or to whom a user may write. It remembers answers, so a user whom the
 * application refuses from now on may still enter and write for that time.
 */
public final class HttpAuthorizer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpAuthorizer.class);

    private final AskedService<AuthorizerQuery, AuthorizerAnswer> application;
    private final LogThrottle throttle = new LogThrottle(System::nanoTime);

    /** @param service the service of the application that is asked */
    public HttpAuthorizer(
            Vertx vertx, OutgoingService service, AuthorizerConfig config, OutgoingMetrics events, LongSupplier clock) {
        AnswerSchema schema = AnswerSchema.of(service);
        this.application = new AskedService<>(
                vertx,
                service,
                config,
                events,
                (status, body) -> Optional.of(AuthorizerReply.read(schema, status, body))
                        .filter(answer -> answer != AuthorizerAnswer.UNANSWERED),
                this::log,
                clock);
    }

    public CircuitBreaker.Pass position() {
        return application.position();
    }

    /** Asks the application, or the memory. It fails only for a bug. */
    public Future<AuthorizerAnswer> ask(AuthorizerQuery query) {
        return application
                .ask(query, query.user(), () -> document(query))
                .map(answer -> answer.orElse(AuthorizerAnswer.UNANSWERED));
    }

    @Override
    public void close() {
        application.close();
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
