package dev.portcullis.edge.handshake;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.edge.connection.RemoteClient;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The gates of {@code /ws} for the requests of Engine.IO, of which several belong to one connection. */
public record EngineHandshake(Handshake handshake, OpeningToken tokens, AuthConfig auth, LongSupplier clock) {
    /**
     * Checks a request that opens a connection, and answers it where it is refused.
     *
     * @param upgrade whether the request asks for a WebSocket
     * @param admitted gets the client with its slot, which it has to release
     */
    public void open(UpgradeExchange exchange, boolean upgrade, Consumer<RemoteClient> admitted) {
        succeededFuture()
                .compose(any -> handshake.checkUnauthenticated(
                        exchange.upgradeRequest(), upgrade, () -> tokens.userOf(exchange)))
                .otherwise(HandshakeOutcome.refused(HandshakeRefusal.UNAVAILABLE))
                .onSuccess(outcome -> outcome.match(
                        exchange::refuse,
                        awaiting -> admitted.accept(awaiting.client()),
                        accepted -> noSessionAskedFor(),
                        rejected -> noSessionAskedFor()));
    }

    private static void noSessionAskedFor() {
        throw new IllegalStateException("no session was asked for");
    }

    /** The client that was let in has a user: it counts for that one, and its attempt for its address no longer. */
    public void connected(RemoteClient client) {
        handshake.giveBack(client);
    }

    /** Whether a request of an open connection may pass. If not, it is answered. */
    public boolean admits(UpgradeExchange exchange, boolean upgrade) {
        return passes(exchange, handshake.refusalOfOpen(exchange.upgradeRequest(), upgrade));
    }

    /** Whether a request of a connection that is not on this node gets the answer of its protocol. If not, it is answered. */
    public boolean admitsUnknown(UpgradeExchange exchange) {
        return passes(exchange, handshake.refusalOfUnknown());
    }

    private static boolean passes(UpgradeExchange exchange, Optional<HandshakeRefusal> refusal) {
        refusal.ifPresent(
                why -> exchange.refuse(new HandshakeOutcome.Refused(why, why.retryAfterMs(), Optional.empty())));
        return refusal.isEmpty();
    }

    /** A slot for a client that stays after its session has ended, and may begin another one. */
    public Optional<RemoteClient> again(RemoteClient client) {
        return client.slot()
                .another()
                .fold(
                        slot -> Optional.of(new RemoteClient(
                                client.address(),
                                client.origin(),
                                client.userAgent(),
                                slot,
                                clock.getAsLong(),
                                client.certificate())),
                        full -> Optional.empty());
    }

    /** The time by which a client that is let in now must have authenticated, in {@link System#nanoTime()}. */
    public long deadline() {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(auth.messageTimeoutMs());
    }
}
