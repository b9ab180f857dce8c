package dev.portcullis.store.redis;

import dev.portcullis.store.StoreUnopened;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Opens connections: TCP, TLS, who we are, and what the caller wants to know first, all within one bound. Fails with a
 * {@code StoreUnopened}.
 */
final class Dialer {
    static final String UNDIALABLE =
            "has a host name that can't be dialled; call it by one of letters, digits and hyphens, or by its address";

    private final Vertx vertx;
    private final RedisConfig config;

    Dialer(Vertx vertx, RedisConfig config) {
        this.vertx = vertx;
        this.config = config;
    }

    /** A connection to stay, once {@code vetted} finds it good. */
    Future<Wire> reach(Endpoint endpoint, Function<Wire, Future<?>> vetted) {
        return dial(endpoint, config.login(), wire -> vetted.apply(wire).map(wire));
    }

    /** A connection for this one question. */
    <T> Future<T> ask(Endpoint endpoint, Login login, Function<Wire, Future<T>> question) {
        return dial(endpoint, login, wire -> question.apply(wire).onComplete(any -> wire.close()));
    }

    private <T> Future<T> dial(Endpoint endpoint, Login login, Function<Wire, Future<T>> then) {
        if (!endpoint.isDialable()) {
            return Future.failedFuture(new StoreUnopened("Redis at " + endpoint + " " + UNDIALABLE));
        }
        Redis client = Redis.createClient(vertx, options(endpoint, login));
        return Future.succeededFuture()
                .compose(any -> client.connect())
                .compose(connection -> then.apply(new Wire(client, connection)))
                .timeout(config.connectMs(), TimeUnit.MILLISECONDS)
                .onFailure(any -> client.close())
                .recover(broken -> Future.failedFuture(Unreached.explained(endpoint, broken)));
    }

    private RedisOptions options(Endpoint endpoint, Login login) {
        NetClientOptions net = new NetClientOptions()
                .setConnectTimeout(config.connectMs())
                .setTcpKeepAlive(true)
                .setTcpNoDelay(true);
        config.tls().ifPresent(tls -> tls.secure(net));
        RedisOptions options = new RedisOptions()
                .setNetClientOptions(net)
                .setConnectionString((config.tls().isPresent() ? "rediss://" : "redis://") + endpoint)
                .setMaxWaitingHandlers(config.waiting())
                .setMaxPoolSize(1)
                .setMaxPoolWaiting(1)
                .setPoolCleanerInterval(-1);
        login.user().ifPresent(options::setUser);
        login.password().ifPresent(password -> options.setPassword(password.reveal()));
        return options;
    }
}
