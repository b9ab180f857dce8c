package dev.portcullis.store.redis;

import dev.portcullis.config.HostPort;
import dev.portcullis.store.StoreOpenException;
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
final class MasterDiscovery {
    private final RedisConfig config;
    private final RedisConnector connector;
    private volatile @Nullable HostPort lastKnew;
    private volatile @Nullable HostPort doubted;

    MasterDiscovery(RedisConfig config, RedisConnector connector) {
        this.config = config;
        this.connector = connector;
    }

    /** @param known those who answered before: a Redis Cluster may have moved away from what the config names */
    Future<SlotMap> find(List<HostPort> known) {
        return switch (config.topology()) {
            case STANDALONE -> standalone();
            case SENTINEL -> bySentinels(known);
            case CLUSTER -> first(both(known, config.endpoints()), this::byNode);
        };
    }

    /** It does not serve us as a master would: from now on it is the last to be asked. */
    void invalidate(HostPort server) {
        doubted = server;
        if (server.equals(lastKnew)) {
            lastKnew = null;
        }
    }

    /** A server alone need not be asked: its connection finds out whether it is a master. */
    private Future<SlotMap> standalone() {
        List<HostPort> endpoints = config.endpoints();
        return endpoints.size() == 1
                ? Future.succeededFuture(SlotMap.only(endpoints.get(0)))
                : first(endpoints, this::ifMaster);
    }

    private Future<SlotMap> ifMaster(HostPort server) {
        return connector
                .ask(server, config.credentials(), raw -> raw.send(Request.cmd(Command.INFO)))
                .compose(info -> ServerInfo.parse(info.toString()).master()
                        ? Future.succeededFuture(SlotMap.only(server))
                        : unopened("Redis at " + server + " is a replica; store.redis.uri must name a master"));
    }

    private Future<SlotMap> bySentinels(List<HostPort> known) {
        List<HostPort> sentinels = config.endpoints();
        SentinelVote vote = new SentinelVote(sentinels.size(), known);
        sentinels.forEach(each -> bySentinel(each).onComplete(vote::name, vote::abstain));
        return vote.chosen().map(SlotMap::only);
    }

    private Future<HostPort> bySentinel(HostPort sentinel) {
        Request question = Request.cmd(Command.SENTINEL)
                .arg("get-master-addr-by-name")
                .arg(config.masterName().orElse(""));
        return connector
                .ask(sentinel, config.sentinelLogin(), raw -> raw.send(question))
                .compose(address -> isNothing(address)
                        ? unopened("the sentinel at " + sentinel
                                + " knows no master by the name of store.redis.masterName; mend that name")
                        : Future.succeededFuture(new HostPort(
                                address.get(0).toString(), address.get(1).toInteger())));
    }

    private Future<SlotMap> byNode(HostPort node) {
        Request question = Request.cmd(Command.CLUSTER).arg("SLOTS");
        return connector.ask(
                node,
                config.credentials(),
                raw -> raw.send(question).compose(ranges -> believed(SlotMap.of(ranges, node), node, raw)));
    }

    /** A node that lost most of the others keeps its map. Only to whoever asks for a key it says that all is down. */
    private static Future<SlotMap> believed(SlotMap slots, HostPort node, RawConnection raw) {
        if (!slots.complete()) {
            return notYet("the Redis Cluster at " + node
                    + " has slots without a master; mend it with redis-cli --cluster fix");
        }
        String key = RedisKeys.of(slots.laneOf(node), "probe");
        return raw.send(Request.cmd(Command.EXISTS).arg(key))
                .transform(heard -> heard.failed() && RedisError.of(heard.cause()) == RedisError.CLUSTERDOWN
                        ? notYet("the Redis Cluster is down, or " + node + " is cut off from it; see its CLUSTER INFO")
                        : Future.succeededFuture(slots));
    }

    private static boolean isNothing(Response address) {
        return address == null || address.size() < 2;
    }

    /** One after the other, until one knows. */
    private Future<SlotMap> first(List<HostPort> endpoints, Function<HostPort, Future<SlotMap>> ask) {
        Future<SlotMap> found = Future.failedFuture("nobody was asked yet");
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

    private Future<SlotMap> known(HostPort endpoint, Function<HostPort, Future<SlotMap>> ask) {
        return ask.apply(endpoint).onSuccess(any -> lastKnew = endpoint);
    }

    private static List<HostPort> both(List<HostPort> known, List<HostPort> named) {
        List<HostPort> all = new ArrayList<>(known);
        named.stream().filter(each -> !known.contains(each)).forEach(all::add);
        return all;
    }

    /** A Redis Cluster that begins, or that chooses new masters, comes to it by itself. */
    private static <T> Future<T> notYet(String line) {
        return Future.failedFuture(StoreOpenException.passing(line));
    }

    private static <T> Future<T> unopened(String line) {
        return Future.failedFuture(new StoreOpenException(line));
    }
}
