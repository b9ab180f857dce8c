package dev.portcullis.store.redis;

import dev.portcullis.store.StoreUnopened;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks who is master, in the way of each topology. Fails with what the last one asked had to say. */
final class Finder {
    private final RedisConfig config;
    private final Dialer dialer;
    private volatile @Nullable Endpoint lastKnew;

    Finder(RedisConfig config, Dialer dialer) {
        this.config = config;
        this.dialer = dialer;
    }

    /** @param known those who answered before: a Redis Cluster may have moved away from what the config names */
    Future<Masters> find(List<Endpoint> known) {
        return switch (config.topology()) {
            case STANDALONE -> standalone();
            case SENTINEL -> first(config.endpoints(), this::bySentinel);
            case CLUSTER -> first(both(known, config.endpoints()), this::byNode);
        };
    }

    /** A server alone need not be asked: its connection finds out whether it is a master. */
    private Future<Masters> standalone() {
        List<Endpoint> endpoints = config.endpoints();
        return endpoints.size() == 1
                ? Future.succeededFuture(Masters.only(endpoints.get(0)))
                : first(endpoints, this::ifMaster);
    }

    private Future<Masters> ifMaster(Endpoint server) {
        return dialer.ask(server, config.login(), wire -> wire.send(Request.cmd(Command.INFO)))
                .compose(info -> ServerInfo.parse(info.toString()).master()
                        ? Future.succeededFuture(Masters.only(server))
                        : unopened("Redis at " + server + " is a replica; store.redis.uri must name a master"));
    }

    private Future<Masters> bySentinel(Endpoint sentinel) {
        Request question = Request.cmd(Command.SENTINEL)
                .arg("get-master-addr-by-name")
                .arg(config.masterName().orElse(""));
        return dialer.ask(sentinel, config.sentinelLogin(), wire -> wire.send(question))
                .compose(address -> isNothing(address)
                        ? unopened("the sentinel at " + sentinel
                                + " knows no master by the name of store.redis.masterName; mend that name")
                        : Future.succeededFuture(Masters.only(new Endpoint(
                                address.get(0).toString(), address.get(1).toInteger()))));
    }

    private Future<Masters> byNode(Endpoint node) {
        Request question = Request.cmd(Command.CLUSTER).arg("SLOTS");
        return dialer.ask(node, config.login(), wire -> wire.send(question))
                .map(ranges -> Masters.of(ranges, node))
                .compose(masters -> masters.complete()
                        ? Future.succeededFuture(masters)
                        : unopened("the Redis Cluster at " + node
                                + " has slots without a master; mend it with redis-cli --cluster fix"));
    }

    private static boolean isNothing(Response address) {
        return address == null || address.size() < 2;
    }

    /** One after the other, until one knows; who knew last is the likeliest to answer. */
    private Future<Masters> first(List<Endpoint> endpoints, Function<Endpoint, Future<Masters>> ask) {
        Endpoint likeliest = lastKnew;
        List<Endpoint> others =
                endpoints.stream().filter(each -> !each.equals(likeliest)).toList();
        Future<Masters> found = likeliest == null ? Future.failedFuture("nobody was asked yet") : known(likeliest, ask);
        for (Endpoint next : others) {
            found = found.recover(unheard -> known(next, ask));
        }
        return found;
    }

    private Future<Masters> known(Endpoint endpoint, Function<Endpoint, Future<Masters>> ask) {
        return ask.apply(endpoint).onSuccess(any -> lastKnew = endpoint);
    }

    private static List<Endpoint> both(List<Endpoint> known, List<Endpoint> named) {
        List<Endpoint> all = new ArrayList<>(known);
        named.stream().filter(each -> !known.contains(each)).forEach(all::add);
        return all;
    }

    private static <T> Future<T> unopened(String line) {
        return Future.failedFuture(new StoreUnopened(line));
    }
}
