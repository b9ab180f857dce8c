package dev.portcullis.store.redis;

import dev.portcullis.store.StoreUnopened;
import io.vertx.core.file.FileSystemException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Says why a server can't be used in words that an operator can act on. */
final class Unreached {
    private Unreached() {}

    static StoreUnopened explained(Endpoint server, Throwable broken) {
        return broken instanceof StoreUnopened known
                ? known
                : explained("Redis at " + server + " ", broken, String.valueOf(broken.getMessage()));
    }

    private static StoreUnopened explained(String server, Throwable broken, String message) {
        return misfit(broken, message)
                .map(line -> new StoreUnopened(server + line))
                .orElseGet(() -> StoreUnopened.passing(server + absence(message)));
    }

    /** It comes back, or comes up later than this node. */
    private static String absence(String message) {
        return message.startsWith("ERR max number of clients")
                ? "has no connection left for us; raise its maxclients"
                : "does not answer; start it, or mend store.redis.uri";
    }

    /** What stays so until an operator mends it. */
    private static Optional<String> misfit(Throwable broken, String message) {
        if (broken instanceof SSLException) {
            return Optional.of("can't prove who it is, or doesn't speak TLS; mend store.redis.tls or its certificate");
        }
        if (broken instanceof FileSystemException) {
            return Optional.of(
                    "was not asked, as a file that store.redis.tls names can't be read; mend its path or permissions");
        }
        if (message.startsWith("WRONGPASS") || message.startsWith("NOAUTH") || message.startsWith("ERR AUTH")) {
            return Optional.of("refuses us; mend store.redis.user and store.redis.password");
        }
        if (message.startsWith("NOPERM")) {
            return Optional.of("does not permit our user what we need; mend its ACL");
        }
        if (message.startsWith("DENIED")) {
            return Optional.of("is in protected mode; give it a password");
        }
        if (message.contains("cluster support disabled")) {
            return Optional.of("is not a node of a Redis Cluster; mend store.redis.topology");
        }
        if (message.startsWith("ERR unknown command")) {
            return Optional.of("is no sentinel; mend store.redis.topology");
        }
        return Optional.empty();
    }
}
