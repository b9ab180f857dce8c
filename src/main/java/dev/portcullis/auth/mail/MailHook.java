package dev.portcullis.auth.mail;

import dev.portcullis.config.Json;
import dev.portcullis.http.outgoing.OutgoingHttp;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.http.outgoing.OutgoingRequest;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.http.outgoing.OutgoingTarget;
import dev.portcullis.http.outgoing.RequestSignature;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/** Has the application send the mails, in its own words: one signed POST for each. */
public final class MailHook implements MailTransport {
    /** Answers about the mail itself; any other one may be of a proxy, or of a deployment that is under way. */
    private static final Set<Integer> ABOUT_THE_MAIL = Set.of(400, 413, 415, 422);

    private final MailConfig config;
    private final MailHookConfig hook;
    private final OutgoingHttp http;
    private final OutgoingTarget target;
    private final LongSupplier clock;

    public MailHook(Vertx vertx, MailConfig config, MailHookConfig hook, OutgoingMetrics events, LongSupplier clock) {
        this.config = config;
        this.hook = hook;
        this.http = OutgoingHttp.open(vertx, hook.bounds(), hook.ca());
        this.target = new OutgoingTarget(OutgoingService.MAIL_HOOK, hook.url(), hook.bounds(), events);
        this.clock = clock;
    }

    @Override
    public long timeoutMs() {
        return hook.bounds().deadlineMs();
    }

    @Override
    public Future<MailResult> send(Letter letter) {
        byte[] body = Json.write(body(letter)).getBytes(StandardCharsets.UTF_8);
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", "application/json");
        headers.putAll(RequestSignature.headers(hook.secret(), clock.getAsLong(), body));
        return http.send(
                        target,
                        OutgoingRequest.post(headers, Buffer.buffer(body)).forStatus())
                .map(result -> result.fold(answered -> resultOf(answered.status()), why -> MailResult.FAILED));
    }

    @Override
    public void close() {
        http.close();
    }

    private Map<String, Object> body(Letter letter) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", letter.token().purpose().id());
        body.put("userId", letter.user().value());
        body.put("email", letter.to());
        body.put("link", config.linkOf(letter.token()));
        body.put("token", letter.token().text());
        body.put("expiresAt", letter.expiresAt());
        return body;
    }

    private static MailResult resultOf(int status) {
        if (status >= 200 && status < 300) {
            return MailResult.SENT;
        }
        return ABOUT_THE_MAIL.contains(status) ? MailResult.REFUSED : MailResult.FAILED;
    }
}
