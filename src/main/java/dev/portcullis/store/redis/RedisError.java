package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import dev.portcullis.store.StoreFailure;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a call brought no result. */
enum RedisError {
    /** The script is not there, since the server is new or was told to forget. */
    NOSCRIPT(true),
    /** Another server has the slot. */
    MOVED(true),
    /** Another server is being given the slot, and has this part of it. */
    ASK(true),
    /** The slot moves, and our keys are on both sides. */
    TRYAGAIN(true),
    CLUSTERDOWN(true),
    /** It is no master any more. */
    READONLY(true),
    MASTERDOWN(true),
    LOADING(true),
    /** {@code maxmemory} is reached. */
    OOM(true),
    /** The last snapshot could not be written. */
    MISCONF(true),
    NOREPLICAS(true),
    /** A script of somebody's runs without end. */
    BUSY(true),
    /** The ACL does not let us. */
    NOPERM(false),
    NOAUTH(true),
    /** Our own bound: too much waits already. */
    FULL(true),
    /** It was never sent. */
    UNCONNECTED(true),
    /** The connection ended before the answer. */
    LOST(false),
    SLOW(false),
    /** An error of the script itself. */
    ERROR(false);

    /** Redis before 7 wraps what a command within a script was refused for. */
    private static final Pattern REPLY = Pattern.compile("(?s)(?:ERR Error running script.*?: -)?(?<code>[A-Z]+)\\b.*");

    private static final Pattern LINE = Pattern.compile("user_script:\\s?(\\d+)");
    private static final Pattern TARGET = Pattern.compile("(?:MOVED|ASK) \\d+ (?<host>\\S*):(?<port>\\d{1,5})");

    private final boolean notApplied;

    RedisError(boolean undone) {
        this.notApplied = undone;
    }

    /** Whether surely nothing was changed: the first command that would have is the one that was refused. */
    boolean notApplied() {
        return notApplied;
    }

    static RedisError of(Throwable broken) {
        if (broken instanceof TimeoutException) {
            return SLOW;
        }
        if (broken instanceof StoreFailure unsent && unsent.isUndone()) {
            return UNCONNECTED;
        }
        String message = String.valueOf(broken.getMessage());
        return switch (message) {
            case "Redis waiting queue is full" -> FULL;
            case "Connection is closed" -> UNCONNECTED;
            default -> ofReply(message);
        };
    }

    /** Which line of the script failed: all of an error that may be logged, since it can quote keys and values. */
    static Optional<String> line(Throwable broken) {
        Matcher line = LINE.matcher(String.valueOf(broken.getMessage()));
        return line.find() ? Optional.of(line.group(1)) : Optional.empty();
    }

    /** Where a slot went to. A server that names no host means its own. */
    static Optional<HostPort> target(Throwable redirection, HostPort from) {
        Matcher target = TARGET.matcher(String.valueOf(redirection.getMessage()));
        if (!target.matches()) {
            return Optional.empty();
        }
        String host = target.group("host");
        boolean own = host.isEmpty() || host.equals("?");
        return Optional.of(new HostPort(own ? from.host() : host, Integer.parseInt(target.group("port"))));
    }

    private static RedisError ofReply(String message) {
        Matcher reply = REPLY.matcher(message);
        if (!reply.matches()) {
            return LOST;
        }
        for (RedisError each : values()) {
            if (each.name().equals(reply.group("code"))) {
                return each;
            }
        }
        return ERROR;
    }
}
