package dev.portcullis.client.selfaudit.attack;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A handshake in which nothing is wrong: what the server does with it tells whether its refusal of another one says anything about
 * that.
 */
final class ControlHandshake {
    private static final Set<Integer> OF_OURS = Set.of(1008, 4001, 4002, 4003);
    private static final String REFUSED = "a handshake in which nothing is wrong gets ";
    private static final long RECENT_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** A server that never answers is not waited for by each probe. */
    private static final int MOST_SILENCES = 2;

    private final Usual usual;
    private final BooleanSupplier isStopped;
    private Optional<ControlAnswer> known = Optional.empty();
    private long knownAt;
    private int silences;

    /** Makes the handshake. */
    @FunctionalInterface
    interface Usual {
        HandshakeAttempt attempt() throws IOException;
    }

    ControlHandshake(Usual usual, BooleanSupplier isStopped) {
        this.usual = usual;
        this.isStopped = isStopped;
    }

    /** Asked once in a run, if it is answered. */
    ControlAnswer once() throws IOException {
        return known.isPresent() ? known.get() : ask();
    }

    /** What the server did within a minute. */
    ControlAnswer recent() throws IOException {
        return System.nanoTime() - knownAt < RECENT_NANOS ? once() : ask();
    }

    ControlAnswer ask() throws IOException {
        try (HandshakeAttempt attempt = usual.attempt()) {
            ControlAnswer answer =
                    attempt.isUpgraded() ? accepted(attempt) : ControlAnswer.refused(REFUSED + attempt.seen());
            if (!attempt.saysNothing()) {
                remember(answer);
            }
            return answer;
        } catch (IOException silent) {
            silences++;
            if (silences >= MOST_SILENCES && known.isEmpty() && !isStopped.getAsBoolean()) {
                remember(ControlAnswer.refused(REFUSED + "no answer"));
            }
            throw silent;
        }
    }

    private void remember(ControlAnswer answer) {
        known = Optional.of(answer);
        knownAt = System.nanoTime();
    }

    /**
     * Some servers agree on whatever subprotocol is offered first: what tells is the first frame, or the close code that who has
     * no session gets.
     */
    private static ControlAnswer accepted(HandshakeAttempt attempt) throws IOException {
        Reaction toText = attempt.socket().provoke(WireFrame.text("{\"type\":\"health-check\"}"));
        boolean isAgreed = attempt.answer()
                .flatMap(each -> each.header("Sec-WebSocket-Protocol"))
                .filter(ProbedHandshake.SUBPROTOCOL::equals)
                .isPresent();
        boolean isOurs = toText.texts().stream().anyMatch(text -> text.startsWith("{\"type\":\"auth_"))
                || toText.fold(() -> false, OF_OURS::contains, () -> false, () -> false);
        return ControlAnswer.accepted(isAgreed && isOurs, toText);
    }
}
