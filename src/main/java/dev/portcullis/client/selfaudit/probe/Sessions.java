package dev.portcullis.client.selfaudit.probe;

import dev.portcullis.client.selfaudit.ProbeOutcome;
import dev.portcullis.client.selfaudit.attack.AuditTarget;
import dev.portcullis.client.selfaudit.attack.ControlAnswer;
import dev.portcullis.client.selfaudit.attack.HandshakeAttempt;
import dev.portcullis.client.selfaudit.attack.ProbedHandshake;
import dev.portcullis.client.selfaudit.attack.RawSocket;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Result;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** Sessions at a server that speaks this program's protocol. */
final class Sessions {
    static final String OTHER_PROTOCOL = "the server speaks another protocol than portcullis.v1";
    static final String NO_USER = "there is no user: give --config with a secret, or --token-a";
    static final String NO_FRESH_USER = "it would spend what a given user may do; give --config with a secret";

    /** Reasons of a refusal that are none of what was asked. */
    static final Set<String> OF_THE_SERVER = Set.of(
            "rate_limited", Reason.UNAVAILABLE.id(), Reason.TIMEOUT.id(), Reason.INTERNAL.id(), Reason.RESTRICTED.id());

    private static final int END_MS = 2_000;

    private Sessions() {}

    /** What a probe does with what it got first. */
    @FunctionalInterface
    interface Step<T> {
        ProbeOutcome with(T value) throws IOException;
    }

    /** A fold whose arm may fail. */
    @FunctionalInterface
    private interface Rest {
        ProbeOutcome get() throws IOException;
    }

    /** Goes on with what was got, or says why it was not. */
    static <T> ProbeOutcome then(Result<T, ProbeOutcome> got, Step<T> step) throws IOException {
        return got.<Rest>fold(value -> () -> step.with(value), why -> () -> why).get();
    }

    /** What a server does with a token. */
    enum Verdict {
        ACCEPTED,
        REFUSED,
        UNKNOWN
    }

    /** @param seen for the report */
    record Presented(Verdict verdict, String seen) {}

    /** Why the probes of this protocol can't be asked. */
    static Optional<String> obstacle(AuditTarget target) throws IOException {
        ControlAnswer control = target.control();
        return control.refusal().or(() -> control.isPortcullis() ? Optional.empty() : Optional.of(OTHER_PROTOCOL));
    }

    /** Presents what this handshake carries, and asks what only a session is told. */
    static Presented present(AuditTarget target, ProbedHandshake request) throws IOException {
        try (HandshakeAttempt attempt = target.handshake(request)) {
            if (!attempt.isUpgraded()) {
                boolean isRefusal =
                        attempt.answer().filter(each -> each.status() == 401).isPresent();
                return new Presented(isRefusal ? Verdict.REFUSED : Verdict.UNKNOWN, attempt.seen());
            }
            Optional<String> answer = attempt.socket().ask("{\"type\":\"health-check\"}", Sessions::isAboutTheSession);
            if (answer.filter(text -> !isOf(text, "auth_failure")).isPresent()) {
                return new Presented(Verdict.ACCEPTED, "it opens a session");
            }
            if (answer.isPresent()) {
                return new Presented(Verdict.REFUSED, "it gets auth_failure");
            }
            return isOver(attempt.socket())
                    ? new Presented(Verdict.REFUSED, "the connection is closed")
                    : new Presented(Verdict.UNKNOWN, "no answer in time");
        }
    }

    /** Whether a connection without an answer is ended. */
    static boolean isOver(RawSocket socket) throws IOException {
        return socket.isClosing() || socket.endsWithin(END_MS);
    }

    private static boolean isAboutTheSession(String text) {
        return isOf(text, "auth_success") || isOf(text, "auth_failure") || isOf(text, "health-check");
    }

    /** Opens a session; or says why there is none. */
    static Result<RawSocket, ProbeOutcome> open(AuditTarget target, Optional<String> token, String without)
            throws IOException {
        Optional<String> obstacle = obstacle(target);
        if (obstacle.isPresent()) {
            return Result.refused(ProbeOutcome.unchecked(obstacle.get()));
        }
        if (token.isEmpty()) {
            return Result.refused(ProbeOutcome.unchecked(without));
        }
        HandshakeAttempt attempt = target.handshake(target.upgrade().withToken(token.get()));
        if (!attempt.isUpgraded()) {
            return Result.refused(ProbeOutcome.unchecked("a valid token gets " + attempt.seen()));
        }
        Optional<String> first = attempt.socket().text(Sessions::isAboutTheSession);
        return first.filter(text -> isOf(text, "auth_success")).isPresent()
                ? Result.done(attempt.socket())
                : Result.refused(ProbeOutcome.unchecked("the token of the audit's user is not accepted"));
    }

    static boolean isOf(String text, String type) {
        return type.equals(json(text).getString("type", ""));
    }

    /** An empty object for a text that is none. */
    static JsonObject json(String text) {
        try {
            JsonObject json = new JsonObject(text);
            return json.getValue("type") instanceof String ? json : new JsonObject();
        } catch (DecodeException none) {
            return new JsonObject();
        }
    }
}
