package dev.portcullis.client.selfaudit.attack;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The answer to a handshake, and the connection that goes on behind it. */
public record HandshakeAttempt(RawSocket socket, Optional<HttpAnswer> answer) implements AutoCloseable {
    private static final int SERVICE_UNAVAILABLE = 503;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final Set<Integer> BROKEN = Set.of(500, 502, 504);

    public boolean isUpgraded() {
        return answer.filter(HttpAnswer::isUpgraded).isPresent();
    }

    /** Whether the server says that it has no room now, which says nothing about what was asked. */
    public boolean isTurnedAway() {
        return answer.filter(each -> each.status() == TOO_MANY_REQUESTS || each.status() == SERVICE_UNAVAILABLE)
                .isPresent();
    }

    /** Whether what stands in front of the server can't ask it, or it failed: neither says what it does with what was asked. */
    public boolean isBroken() {
        return answer.filter(each -> BROKEN.contains(each.status())).isPresent();
    }

    /** Whether the answer is none to what was asked. */
    public boolean saysNothing() {
        return isTurnedAway() || isBroken();
    }

    /** How long a server that turns one away asks to wait, if that is not long. */
    Optional<Long> waitMs() {
        return answer.filter(each -> each.status() == TOO_MANY_REQUESTS)
                .flatMap(each -> each.header("Retry-After"))
                .filter(text -> text.matches("\\d{1,2}"))
                .map(text -> TimeUnit.SECONDS.toMillis(Long.parseLong(text) + 1));
    }

    /** For the report. */
    public String seen() {
        return answer.map(each -> "HTTP " + each.status()).orElse("the end of the connection");
    }

    @Override
    public void close() {
        socket.close();
    }
}
