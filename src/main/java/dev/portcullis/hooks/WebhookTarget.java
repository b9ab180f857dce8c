package dev.portcullis.hooks;

import dev.portcullis.hooks.outbox.StoredEvent;
import dev.portcullis.http.outgoing.OutgoingAnswer.Why;
import dev.portcullis.http.outgoing.OutgoingHttp;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.http.outgoing.OutgoingRequest;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.http.outgoing.OutgoingTarget;
import dev.portcullis.http.outgoing.RequestSignature;
import dev.portcullis.resilience.CircuitBreaker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Sends events to the application, as one signed POST. */
public final class WebhookTarget implements HookTarget {
    /** Answers about the events themselves. Below 500 any other one may be of a proxy, or of a deployment that is under way. */
    private static final Set<Integer> ABOUT_THE_EVENTS = Set.of(400, 413, 415, 422);

    private static final int FIRST_SERVER_ERROR = 500;

    private final WebhookConfig config;
    private final OutgoingHttp http;
    private final OutgoingTarget target;
    private final LongSupplier clock;

    /** @param clock the time in milliseconds, for the signature */
    public WebhookTarget(Vertx vertx, WebhookConfig config, OutgoingMetrics events, LongSupplier clock) {
        this.config = config;
        this.http = OutgoingHttp.open(vertx, config.bounds(), config.ca());
        this.target = new OutgoingTarget(OutgoingService.HOOKS, config.url(), config.bounds(), events);
        this.clock = clock;
    }

    @Override
    public CircuitBreaker.Pass position() {
        return target.position();
    }

    @Override
    public Future<Delivery> deliver(List<StoredEvent> events, long withinMs, BooleanSupplier othersTaken) {
        byte[] body = body(events);
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", "application/json");
        headers.putAll(RequestSignature.headers(
                config.secret(), clock.getAsLong(), events.get(0).id(), body));
        return http.send(
                        target.excusedWhile(othersTaken),
                        OutgoingRequest.post(headers, Buffer.buffer(body))
                                .asIdempotent()
                                .forStatus()
                                .within(Math.min(withinMs, deadlineMs())))
                .map(result -> result.fold(answered -> outcome(answered.status()), WebhookTarget::outcome));
    }

    @Override
    public long deadlineMs() {
        return config.bounds().deadlineMs();
    }

    @Override
    public void close() {
        http.close();
    }

    private static Delivery outcome(int status) {
        if (status >= 200 && status < 300) {
            return Delivery.TAKEN;
        }
        String reason = "status_" + status;
        if (ABOUT_THE_EVENTS.contains(status)) {
            return Delivery.refused(reason);
        }
        return status >= FIRST_SERVER_ERROR ? Delivery.failed(reason) : Delivery.away(reason);
    }

    /** A proxy may hide that the application broke: what was sent and has no answer may be the events' fault. */
    private static Delivery outcome(Why why) {
        return why == Why.TIMED_OUT || why == Why.BROKEN_ANSWER
                ? Delivery.failed("no_answer")
                : Delivery.away(why.name().toLowerCase(Locale.ROOT));
    }

    private static byte[] body(List<StoredEvent> events) {
        Buffer body = Buffer.buffer("{\"events\":[");
        for (int i = 0; i < events.size(); i++) {
            body.appendString(i == 0 ? "" : ",").appendBytes(events.get(i).json());
        }
        return body.appendString("]}").getBytes();
    }
}
