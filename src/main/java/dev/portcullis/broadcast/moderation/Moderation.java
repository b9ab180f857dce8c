package dev.portcullis.broadcast.moderation;

import dev.portcullis.audit.LogThrottle;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.broadcast.moderation.ModerationAnswer.Kind;
import dev.portcullis.broadcast.moderation.ModerationConfig.OnFailure;
import dev.portcullis.http.outgoing.AskedService;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.streams.AppendRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the moderation service about messages. The service gets the same message as readers, without its position. */
public final class Moderation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Moderation.class);

    private final ModerationConfig config;
    private final AskedService<Key, ModerationAnswer> service;
    private final EnumCounters<Kind> results;
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

    public Moderation(
            Vertx vertx,
            ModerationConfig config,
            OutgoingMetrics events,
            EnumCounters<Kind> results,
            LongSupplier clock) {
        this.config = config;
        this.results = results;
        this.service = new AskedService<>(
                vertx, OutgoingService.CONTENT_HOOK, config, events, this::read, this::unanswered, clock);
    }

    public boolean covers(Target target) {
        return target.fold(config.rooms()::cover, user -> config.direct());
    }

    public boolean failsClosed() {
        return config.onFailure() == OnFailure.CLOSED;
    }

    public CircuitBreaker.Pass position() {
        return service.position();
    }

    /** Asks the service, or the memory. It fails only for a bug. */
    public Future<ModerationAnswer> judge(AppendRequest append) {
        Key key = Key.of(append);
        return service.ask(key, key.user(), () -> document(append.body()))
                .map(answer -> answer.orElse(ModerationAnswer.NONE));
    }

    @Override
    public void close() {
        service.close();
    }

    private Optional<ModerationAnswer> read(int status, byte[] body) {
        ModerationAnswer answer = AnswerReader.read(status, body);
        if (answer.kind() == Kind.NONE) {
            return Optional.empty();
        }
        results.add(answer.kind());
        return Optional.of(answer);
    }

    private void unanswered(String reason) {
        results.add(Kind.NONE);
        throttle.suppressed()
                .ifPresent(suppressed -> LOG.atWarn()
                        .addKeyValue("event", "content.hook.failed")
                        .addKeyValue("reason", reason)
                        .addKeyValue("count", suppressed + 1)
                        .log("the moderation service gave no answer that could be used"));
    }

    /** The message as the service gets it: the body of an entry is a JSON object without its opening brace. */
    private static byte[] document(byte[] body) {
        byte[] json = new byte[body.length + 1];
        json[0] = '{';
        System.arraycopy(body, 0, json, 1, body.length);
        return json;
    }
}
