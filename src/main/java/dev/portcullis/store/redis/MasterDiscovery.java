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
 * Finds the masters, in the way of each topology. It fails with the failure of the server that was asked last. A server that is
 * cut off from the others answers as before, so an answer that others can contradict is not trusted alone.
 */
final class MasterDiscovery {
    private final RedisConfig config;
    private final RedisConnector connector;
    private volatile @Nullable HostPort lastAnswered;
    private volatile @Nullable HostPort suspect;

    MasterDiscovery(RedisConfig config, RedisConnector connector) {
        this.config = config;
        this.connector = connector;
    }

    /**
     * @param known servers that answered before: a Redis Cluster may have moved away from the servers in the
     *     configuration
     */
    Future<SlotMap> find(List<HostPort> known) {
        return switch (config.topology()) {
            case STANDALONE -> standalone();
            case SENTINEL -> bySentinels(known);
            case CLUSTER -> first(both(known, config.endpoints()), this::byNode);
        };
    }

    /** The server does not act as a master: from now on it is asked last. */
    void markSuspect(HostPort server) {
        suspect = server;
        if (server.equals(lastAnswered)) {
            lastAnswered = null;
        }
    }

    /** Finds the master outside a cluster. A single server is not asked: its connection finds out whether it is a master. */
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
                        : permanentFailure("Redis at " + server + " is a replica; store.redis.uri must name a master"));
    }

    private Future<SlotMap> bySentinels(List<HostPort> known) {
        List<HostPort> sentinels = config.endpoints();
        SentinelVote vote = new SentinelVote(sentinels.size(), known);
        sentinels.forEach(each -> bySentinel(each).onComplete(vote::voteFor, vote::abstain));
        return vote.chosen().map(SlotMap::only);
    }

    private Future<HostPort> bySentinel(HostPort sentinel) {
        Request question = Request.cmd(Command.SENTINEL)
                .arg("get-master-addr-by-name")
                .arg(config.masterName().orElse(""));
        return connector
                .ask(sentinel, config.sentinelCredentials(), raw -> raw.send(question))
                .compose(address -> isAbsent(address)
                        ? permanentFailure("the sentinel at " + sentinel
                                + " knows no master by the name of store.redis.masterName; correct that name")
                        : Future.succeededFuture(new HostPort(
                                address.get(0).toString(), address.get(1).toInteger())));
    }

    private Future<SlotMap> byNode(HostPort node) {
        Request question = Request.cmd(Command.CLUSTER).arg("SLOTS");
        return connector.ask(
                node,
                config.credentials(),
                raw -> raw.send(question).compose(ranges -> verified(SlotMap.of(ranges, node), node, raw)));
    }

    /**
     * Verifies a node's slot map with a command. A node that lost most of the others keeps its slot map; only a command on a key
     * is answered with CLUSTERDOWN.
     */
    private static Future<SlotMap> verified(SlotMap slots, HostPort node, RawConnection raw) {
        if (!slots.complete()) {
            return temporaryFailure("the Redis Cluster at " + node
                    + " has slots without a master; repair it with redis-cli --cluster fix");
        }
        String key = RedisKeys.of(slots.laneOf(node), "probe");
        return raw.send(Request.cmd(Command.EXISTS).arg(key))
                .transform(reply -> reply.failed() && RedisError.of(reply.cause()) == RedisError.CLUSTERDOWN
                        ? temporaryFailure(
                                "the Redis Cluster is down, or " + node + " is cut off from it; see its CLUSTER INFO")
                        : Future.succeededFuture(slots));
    }

    private static boolean isAbsent(Response address) {
        return address == null || address.size() < 2;
    }

    /** Asks one server after the other, until one succeeds. */
    private Future<SlotMap> first(List<HostPort> endpoints, Function<HostPort, Future<SlotMap>> ask) {
        Future<SlotMap> found = Future.failedFuture("no server was asked");
        for (HostPort next : likeliestFirst(endpoints)) {
            found = found.recover(failure -> askAndRemember(next, ask));
        }
        return found;
    }

    private List<HostPort> likeliestFirst(List<HostPort> endpoints) {
        HostPort first = lastAnswered;
        HostPort last = suspect;
        return endpoints.stream()
                .sorted(Comparator.comparing((HostPort each) -> !each.equals(first))
                        .thenComparing(each -> each.equals(last)))
                .toList();
    }

    private Future<SlotMap> askAndRemember(HostPort endpoint, Function<HostPort, Future<SlotMap>> ask) {
        return ask.apply(endpoint).onSuccess(any -> lastAnswered = endpoint);
    }

    private static List<HostPort> both(List<HostPort> known, List<HostPort> configured) {
        List<HostPort> all = new ArrayList<>(known);
        configured.stream().filter(each -> !known.contains(each)).forEach(all::add);
        return all;
    }

    /** A failure that may pass: a Redis Cluster that starts, or that elects new masters, becomes usable without an operator. */
    private static <T> Future<T> temporaryFailure(String message) {
        return Future.failedFuture(StoreOpenException.temporary(message));
    }

    private static <T> Future<T> permanentFailure(String message) {
        return Future.failedFuture(new StoreOpenException(message));
    }
}
