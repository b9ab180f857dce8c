package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import dev.portcullis.store.StoreFailure;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The reason why a call failed. */
enum RedisError {
    /** The server does not know the script: it is new, or its scripts were flushed. */
    NOSCRIPT(true),
    /** Another server has the slot. */
    MOVED(true),
    /** The slot is migrating to another server, which has these keys already. */
    ASK(true),
    /** The slot is migrating, and the keys of the call are on both servers. */
    TRYAGAIN(true),
    CLUSTERDOWN(true),
    /** The server is no longer a master. */
    READONLY(true),
    MASTERDOWN(true),
    LOADING(true),
    /** {@code maxmemory} is reached. */
    OOM(true),
    /** The last snapshot could not be written. */
    MISCONF(true),
    NOREPLICAS(true),
    /** A script of another client runs too long. */
    BUSY(true),
    /** The ACL does not permit the command. */
    NOPERM(false),
    NOAUTH(true),
    /** Our own limit: too many calls are waiting or in flight. */
    FULL(true),
    /** The call was not sent. */
    UNCONNECTED(true),
    /** The connection ended before the answer. */
    LOST(false),
    SLOW(false),
    /** The script itself failed. */
    ERROR(false);

    /** Finds the code of an error reply. Redis before version 7 wraps the error reply of a command within a script. */
    private static final Pattern REPLY = Pattern.compile("(?s)(?:ERR Error running script.*?: -)?(?<code>[A-Z]+)\\b.*");

    private static final Pattern SCRIPT_LINE = Pattern.compile("user_script:\\s?(\\d+)");
    private static final Pattern TARGET = Pattern.compile("(?:MOVED|ASK) \\d+ (?<host>\\S*):(?<port>\\d{1,5})");

    private final boolean notApplied;

    RedisError(boolean notApplied) {
        this.notApplied = notApplied;
    }

    /** Whether it is certain that nothing was changed: the first command that would have changed data was refused. */
    boolean notApplied() {
        return notApplied;
    }

    static RedisError of(Throwable failure) {
        if (failure instanceof TimeoutException) {
            return SLOW;
        }
        if (failure instanceof StoreFailure store && store.isNotApplied()) {
            return UNCONNECTED;
        }
        String message = String.valueOf(failure.getMessage());
        return switch (message) {
            case "Redis waiting queue is full" -> FULL;
            case "Connection is closed" -> UNCONNECTED;
            default -> ofReply(message);
        };
    }

    /** The line of the script that failed. The rest of the error is not logged, since it can quote keys and values. */
    static Optional<String> line(Throwable failure) {
        Matcher line = SCRIPT_LINE.matcher(String.valueOf(failure.getMessage()));
        return line.find() ? Optional.of(line.group(1)) : Optional.empty();
    }

    /** The server that a redirection names. A redirection without a host means the answering server's host. */
    static Optional<HostPort> target(Throwable redirection, HostPort from) {
        Matcher target = TARGET.matcher(String.valueOf(redirection.getMessage()));
        if (!target.matches()) {
            return Optional.empty();
        }
        String host = target.group("host");
        boolean sameHost = host.isEmpty() || host.equals("?");
        return Optional.of(new HostPort(sameHost ? from.host() : host, Integer.parseInt(target.group("port"))));
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
