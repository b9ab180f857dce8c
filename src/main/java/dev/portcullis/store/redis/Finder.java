package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import dev.portcullis.store.StoreUnopened;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks who is master, in the way of each topology. Fails with what the last one asked had to say. A server that was cut off
 * from the others answers as ever, so none is believed alone that others could contradict.
 */
final class Finder {
    private final RedisConfig config;
    private final Dialer dialer;
    private volatile @Nullable HostPort lastKnew;
    private volatile @Nullable HostPort doubted;

    Finder(RedisConfig config, Dialer dialer) {
        this.config = config;
        this.dialer = dialer;
    }

    /** @param known those who answered before: a Redis Cluster may have moved away from what the config names */
    Future<Masters> find(List<HostPort> known) {
        return switch (config.topology()) {
            case STANDALONE -> standalone();
            case SENTINEL -> bySentinels(known);
            case CLUSTER -> first(both(known, config.endpoints()), this::byNode);
        };
    }

    /** It does not serve us as a master would: from now on it is the last to be asked. */
    void doubt(HostPort server) {
        doubted = server;
        if (server.equals(lastKnew)) {
            lastKnew = null;
        }
    }

    /** A server alone need not be asked: its connection finds out whether it is a master. */
    private Future<Masters> standalone() {
        List<HostPort> endpoints = config.endpoints();
        return endpoints.size() == 1
                ? Future.succeededFuture(Masters.only(endpoints.get(0)))
                : first(endpoints, this::ifMaster);
    }

    private Future<Masters> ifMaster(HostPort server) {
        return dialer.ask(server, config.login(), wire -> wire.send(Request.cmd(Command.INFO)))
                .compose(info -> ServerInfo.parse(info.toString()).master()
                        ? Future.succeededFuture(Masters.only(server))
                        : unopened("Redis at " + server + " is a replica; store.redis.uri must name a master"));
    }

    private Future<Masters> bySentinels(List<HostPort> known) {
        List<HostPort> sentinels = config.endpoints();
        Vote vote = new Vote(sentinels.size(), known);
        sentinels.forEach(each -> bySentinel(each).onComplete(vote::name, vote::abstain));
        return vote.chosen().map(Masters::only);
    }

    private Future<HostPort> bySentinel(HostPort sentinel) {
        Request question = Request.cmd(Command.SENTINEL)
                .arg("get-master-addr-by-name")
                .arg(config.masterName().orElse(""));
        return dialer.ask(sentinel, config.sentinelLogin(), wire -> wire.send(question))
                .compose(address -> isNothing(address)
                        ? unopened("the sentinel at " + sentinel
                                + " knows no master by the name of store.redis.masterName; mend that name")
                        : Future.succeededFuture(new HostPort(
                                address.get(0).toString(), address.get(1).toInteger())));
    }

    private Future<Masters> byNode(HostPort node) {
        Request question = Request.cmd(Command.CLUSTER).arg("SLOTS");
        return dialer.ask(
                node,
                config.login(),
                wire -> wire.send(question).compose(ranges -> believed(Masters.of(ranges, node), node, wire)));
    }

    /** A node that lost most of the others keeps its map. Only to whoever asks for a key it says that all is down. */
    private static Future<Masters> believed(Masters masters, HostPort node, Wire wire) {
        if (!masters.complete()) {
            return notYet("the Redis Cluster at " + node
                    + " has slots without a master; mend it with redis-cli --cluster fix");
        }
        String key = RedisKeys.of(masters.laneOf(node), "probe");
        return wire.send(Request.cmd(Command.EXISTS).arg(key))
                .transform(heard -> heard.failed() && Trouble.of(heard.cause()) == Trouble.CLUSTERDOWN
                        ? notYet("the Redis Cluster is down, or " + node + " is cut off from it; see its CLUSTER INFO")
                        : Future.succeededFuture(masters));
    }

    private static boolean isNothing(Response address) {
        return address == null || address.size() < 2;
    }

    /** One after the other, until one knows. */
    private Future<Masters> first(List<HostPort> endpoints, Function<HostPort, Future<Masters>> ask) {
        Future<Masters> found = Future.failedFuture("nobody was asked yet");
        for (HostPort next : likeliestFirst(endpoints)) {
            found = found.recover(unheard -> known(next, ask));
        }
        return found;
    }

    private List<HostPort> likeliestFirst(List<HostPort> endpoints) {
        HostPort first = lastKnew;
        HostPort last = doubted;
        return endpoints.stream()
                .sorted(Comparator.comparing((HostPort each) -> !each.equals(first))
                        .thenComparing(each -> each.equals(last)))
                .toList();
    }

    private Future<Masters> known(HostPort endpoint, Function<HostPort, Future<Masters>> ask) {
        return ask.apply(endpoint).onSuccess(any -> lastKnew = endpoint);
    }

    private static List<HostPort> both(List<HostPort> known, List<HostPort> named) {
        List<HostPort> all = new ArrayList<>(known);
        named.stream().filter(each -> !known.contains(each)).forEach(all::add);
        return all;
    }

    /** A Redis Cluster that begins, or that chooses new masters, comes to it by itself. */
    private static <T> Future<T> notYet(String line) {
        return Future.failedFuture(StoreUnopened.passing(line));
    }

    private static <T> Future<T> unopened(String line) {
        return Future.failedFuture(new StoreUnopened(line));
    }
}
