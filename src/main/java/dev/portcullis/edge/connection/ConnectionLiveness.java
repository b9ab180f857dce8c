package dev.portcullis.edge.connection;

import dev.portcullis.protocol.CloseCode;
import java.util.Optional;

/**
 * What is known of a connection when its heartbeat looks at it; all in milliseconds.
 *
 * @param untilDeadline until the token ends, or until a nameless peer must have said who it is
 * @param authenticated whether it has
 * @param readIdle without a byte from the peer
 * @param writeStalled with something waiting that the peer does not take
 * @param unfinished since a message was begun that is not complete
 * @param sincePing since the last ping
 */
record ConnectionLiveness(
        long untilDeadline, boolean authenticated, long readIdle, long writeStalled, long unfinished, long sincePing) {

    /** Why the connection must end now, if it must. */
    Optional<CloseCode> verdict(HeartbeatConfig config) {
        if (untilDeadline <= 0) {
            return Optional.of(authenticated ? CloseCode.TOKEN_EXPIRED : CloseCode.NO_AUTH_IN_TIME);
        }
        if (writeStalled
                >= config.timeoutMs()) { // who does not read can't answer a ping either: this is the truer reason
            return Optional.of(CloseCode.TOO_SLOW);
        }
        return readIdle >= config.timeoutMs() || unfinished >= config.messageMs()
                ? Optional.of(CloseCode.HEARTBEAT_TIMEOUT)
                : Optional.empty();
    }

    boolean pingDue(HeartbeatConfig config) {
        return sincePing >= config.intervalMs();
    }

    /** When to look again, if nothing ends it now and a due ping was sent. */
    long nextLook(HeartbeatConfig config) {
        long ping = pingDue(config) ? config.intervalMs() : config.intervalMs() - sincePing;
        long silence = config.timeoutMs() - Math.max(readIdle, writeStalled);
        long message = config.messageMs() - unfinished;
        return Math.max(1, Math.min(Math.min(untilDeadline, ping), Math.min(silence, message)));
    }
}
