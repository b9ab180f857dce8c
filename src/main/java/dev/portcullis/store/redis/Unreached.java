package dev.portcullis.store.redis;

import dev.portcullis.store.StoreUnopened;
import io.vertx.core.file.FileSystemException;
import javax.net.ssl.SSLException;

/** Says why a server can't be used in words that an operator can act on. */
final class Unreached {
    private Unreached() {}

    static StoreUnopened explained(Endpoint server, Throwable broken) {
        return broken instanceof StoreUnopened known
                ? known
                : new StoreUnopened("Redis at " + server + " " + why(broken, String.valueOf(broken.getMessage())));
    }

    private static String why(Throwable broken, String message) {
        if (broken instanceof SSLException) {
            return "can't prove who it is, or doesn't speak TLS; mend store.redis.tls or its certificate";
        }
        if (broken instanceof FileSystemException) {
            return "was not asked, as a file that store.redis.tls names can't be read; mend its path or permissions";
        }
        if (message.startsWith("WRONGPASS") || message.startsWith("NOAUTH") || message.startsWith("ERR AUTH")) {
            return "refuses us; mend store.redis.user and store.redis.password";
        }
        if (message.startsWith("NOPERM")) {
            return "does not permit our user what we need; mend its ACL";
        }
        if (message.startsWith("DENIED")) {
            return "is in protected mode; give it a password";
        }
        if (message.contains("cluster support disabled")) {
            return "is not a node of a Redis Cluster; mend store.redis.topology";
        }
        if (message.startsWith("ERR unknown command")) {
            return "is no sentinel; mend store.redis.topology";
        }
        if (message.startsWith("ERR max number of clients")) {
            return "has no connection left for us; raise its maxclients";
        }
        return "does not answer; start it, or mend store.redis.uri";
    }
}
