package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import dev.portcullis.config.crypto.TlsFailure;
import dev.portcullis.store.StoreOpenException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.FileSystemException;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/**
 * Opens connections: TCP, TLS, authentication and the caller's first requests, all within one time limit. It fails with a
 * {@link StoreOpenException}.
 */
final class RedisConnector {
    static final String INVALID_HOST =
            "has a host name that can't be connected to; use a name of letters, digits and hyphens, or an address";

    private final Vertx vertx;
    private final RedisConfig config;

    RedisConnector(Vertx vertx, RedisConfig config) {
        this.vertx = vertx;
        this.config = config;
    }

    /** Opens a long-lived connection; it completes once {@code check} succeeds. */
    Future<RawConnection> connect(HostPort endpoint, Function<RawConnection, Future<?>> check) {
        return open(endpoint, config.credentials(), raw -> check.apply(raw).map(raw));
    }

    /** Opens a connection for one question, and closes it after the answer. */
    <T> Future<T> ask(HostPort endpoint, RedisCredentials credentials, Function<RawConnection, Future<T>> question) {
        return open(endpoint, credentials, raw -> question.apply(raw).onComplete(any -> raw.close()));
    }

    private <T> Future<T> open(
            HostPort endpoint, RedisCredentials credentials, Function<RawConnection, Future<T>> then) {
        if (!RedisUri.isValidHost(endpoint)) {
            return Future.failedFuture(new StoreOpenException("Redis at " + endpoint + " " + INVALID_HOST));
        }
        Redis client = Redis.createClient(vertx, options(endpoint, credentials));
        return Future.succeededFuture()
                .compose(any -> client.connect())
                .compose(connection -> then.apply(new RawConnection(client, connection)))
                .timeout(config.connectMs(), TimeUnit.MILLISECONDS)
                .onFailure(any -> client.close())
                .recover(failure -> Future.failedFuture(explain(endpoint, failure)));
    }

    private RedisOptions options(HostPort endpoint, RedisCredentials credentials) {
        NetClientOptions net = new NetClientOptions()
                .setConnectTimeout(config.connectMs())
                .setTcpKeepAlive(true)
                .setTcpNoDelay(true);
        config.tls().ifPresent(tls -> RedisTls.secure(net, tls));
        RedisOptions options = new RedisOptions()
                .setNetClientOptions(net)
                .setConnectionString((config.tls().isPresent() ? "rediss://" : "redis://") + endpoint)
                .setMaxWaitingHandlers(config.waiting())
                .setMaxPoolSize(1)
                .setMaxPoolWaiting(1)
                .setPoolCleanerInterval(-1);
        credentials.user().ifPresent(options::setUser);
        credentials.password().ifPresent(password -> options.setPassword(password.reveal()));
        return options;
    }

    /** The reason why a server can't be used, with the remedy for an operator. */
    static StoreOpenException explain(HostPort server, Throwable failure) {
        return failure instanceof StoreOpenException known
                ? known
                : explain("Redis at " + server + " ", failure, String.valueOf(failure.getMessage()));
    }

    private static StoreOpenException explain(String server, Throwable failure, String message) {
        return permanentCause(failure, message)
                .map(line -> new StoreOpenException(server + line))
                .orElseGet(() -> StoreOpenException.temporary(server + temporaryCause(failure, message)));
    }

    /** The reason of a failure that may pass: the server may come back, or start later than this node. */
    private static String temporaryCause(Throwable failure, String message) {
        if (failure instanceof TimeoutException) {
            return "did not answer in time; see whether it is paused, overloaded or behind a slow network, or raise"
                    + " store.redis.connectMs";
        }
        if (failure instanceof SSLException) {
            return "did not complete the TLS handshake; see whether it, or a proxy before it, is still starting, or"
                    + " correct store.redis.uri";
        }
        return message.startsWith("ERR max number of clients")
                ? "has no connection left for us; raise its maxclients"
                : "does not answer; start it, or correct store.redis.uri";
    }

    /** The reason of a failure that lasts until an operator corrects it. */
    private static Optional<String> permanentCause(Throwable failure, String message) {
        if (TlsFailure.isLasting(failure)) {
            return Optional.of("can't prove its identity, refuses our certificate, or doesn't speak TLS as we do;"
                    + " correct store.redis.tls or its certificate");
        }
        if (failure instanceof FileSystemException) {
            return Optional.of(
                    "was not asked, as a file that store.redis.tls names can't be read; correct its path or permissions");
        }
        if (message.startsWith("WRONGPASS") || message.startsWith("NOAUTH") || message.startsWith("ERR AUTH")) {
            return Optional.of("refuses us; correct store.redis.user and store.redis.password");
        }
        if (message.startsWith("NOPERM")) {
            return Optional.of("does not permit our user the commands that are needed; correct its ACL");
        }
        if (message.startsWith("DENIED")) {
            return Optional.of("is in protected mode; give it a password");
        }
        if (message.contains("cluster support disabled")) {
            return Optional.of("is not a node of a Redis Cluster; correct store.redis.topology");
        }
        if (message.startsWith("ERR unknown command")) {
            return Optional.of("is no sentinel; correct store.redis.topology");
        }
        return Optional.empty();
    }
}
