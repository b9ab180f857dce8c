package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import dev.portcullis.store.StoreOpenException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.FileSystemException;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/**
 * Opens connections: TCP, TLS, who we are, and what the caller wants to know first, all within one bound. Fails with a
 * {@code StoreUnopened}.
 */
final class RedisConnector {
    static final String UNDIALABLE =
            "has a host name that can't be dialled; call it by one of letters, digits and hyphens, or by its address";

    private final Vertx vertx;
    private final RedisConfig config;

    RedisConnector(Vertx vertx, RedisConfig config) {
        this.vertx = vertx;
        this.config = config;
    }

    /** A connection to stay, once {@code vetted} finds it good. */
    Future<RawConnection> reach(HostPort endpoint, Function<RawConnection, Future<?>> vetted) {
        return dial(endpoint, config.credentials(), raw -> vetted.apply(raw).map(raw));
    }

    /** A connection for this one question. */
    <T> Future<T> ask(HostPort endpoint, RedisCredentials credentials, Function<RawConnection, Future<T>> question) {
        return dial(endpoint, credentials, raw -> question.apply(raw).onComplete(any -> raw.close()));
    }

    private <T> Future<T> dial(
            HostPort endpoint, RedisCredentials credentials, Function<RawConnection, Future<T>> then) {
        if (!RedisUri.isDialable(endpoint)) {
            return Future.failedFuture(new StoreOpenException("Redis at " + endpoint + " " + UNDIALABLE));
        }
        Redis client = Redis.createClient(vertx, options(endpoint, credentials));
        return Future.succeededFuture()
                .compose(any -> client.connect())
                .compose(connection -> then.apply(new RawConnection(client, connection)))
                .timeout(config.connectMs(), TimeUnit.MILLISECONDS)
                .onFailure(any -> client.close())
                .recover(broken -> Future.failedFuture(explain(endpoint, broken)));
    }

    private RedisOptions options(HostPort endpoint, RedisCredentials credentials) {
        NetClientOptions net = new NetClientOptions()
                .setConnectTimeout(config.connectMs())
                .setTcpKeepAlive(true)
                .setTcpNoDelay(true);
        config.redisTls().ifPresent(redisTls -> redisTls.secure(net));
        RedisOptions options = new RedisOptions()
                .setNetClientOptions(net)
                .setConnectionString((config.redisTls().isPresent() ? "rediss://" : "redis://") + endpoint)
                .setMaxWaitingHandlers(config.waiting())
                .setMaxPoolSize(1)
                .setMaxPoolWaiting(1)
                .setPoolCleanerInterval(-1);
        credentials.user().ifPresent(options::setUser);
        credentials.password().ifPresent(password -> options.setPassword(password.reveal()));
        return options;
    }

    /** Why a server can't be used, in words that an operator can act on. */
    static StoreOpenException explain(HostPort server, Throwable broken) {
        return broken instanceof StoreOpenException known
                ? known
                : explain("Redis at " + server + " ", broken, String.valueOf(broken.getMessage()));
    }

    private static StoreOpenException explain(String server, Throwable broken, String message) {
        return misfit(broken, message)
                .map(line -> new StoreOpenException(server + line))
                .orElseGet(() -> StoreOpenException.passing(server + absence(message)));
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
