package dev.portcullis.edge.connection;

import dev.portcullis.protocol.CloseCode;
import java.util.Optional;

/**
 * The state of a connection at a heartbeat check, in milliseconds.
 *
 * @param untilDeadline until the token expires or the session was idle for too long, or until an anonymous client must have
 *     authenticated
 * @param authenticated whether the client has a session
 * @param readIdle since the last byte from the client
 * @param writeStalled for how long the client has taken nothing although bytes wait
 * @param unfinished since the first byte of a message that is not complete
 * @param sincePing since the last ping
 */
record ConnectionLiveness(
        long untilDeadline, boolean authenticated, long readIdle, long writeStalled, long unfinished, long sincePing) {

    /** The code with which the connection must be closed now, if any. */
    Optional<CloseCode> closeCode(HeartbeatConfig config) {
        if (untilDeadline <= 0) {
            return Optional.of(authenticated ? CloseCode.TOKEN_EXPIRED : CloseCode.NO_AUTH_IN_TIME);
        }
        if (writeStalled >= config.timeoutMs()) { // before readIdle: a client that does not read can't answer a ping
            return Optional.of(CloseCode.TOO_SLOW);
        }
        return readIdle >= config.timeoutMs() || unfinished >= config.messageMs()
                ? Optional.of(CloseCode.HEARTBEAT_TIMEOUT)
                : Optional.empty();
    }

    boolean pingDue(HeartbeatConfig config) {
        return sincePing >= config.intervalMs();
    }

    /** Time until the next ping, if one that is due was sent. */
    long nextPingMs(HeartbeatConfig config) {
        return pingDue(config) ? config.intervalMs() : config.intervalMs() - sincePing;
    }

    /** Time until the next check for anything but a ping, if the connection stays open. */
    long nextCheckMs(HeartbeatConfig config) {
        long idle = config.timeoutMs() - Math.max(readIdle, writeStalled);
        long message = config.messageMs() - unfinished;
        return Math.max(1, Math.min(untilDeadline, Math.min(idle, message)));
    }
}
