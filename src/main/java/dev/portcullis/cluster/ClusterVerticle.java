package dev.portcullis.cluster;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Stage;
import dev.portcullis.cluster.HazelcastMembership.Change;
import dev.portcullis.cluster.IsolationDetector.Peers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps this node's row in the directory, tells the bus who else is there, and watches whether they are heard. */
public final class ClusterVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterVerticle.class);
    private static final long RENEW_MS = 1_000;
    private static final long WITHDRAWAL_MS = 1_500;
    private static final int ROUNDS = 5;
    private static final long REACH_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long REACH_RETRY_MS = 250;
    private static final DeliveryOptions REACH_OPTIONS = new DeliveryOptions().setSendTimeout(2_000);
    private static final long DIRECTORY_FRESH_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final long roundMs;
    private final boolean tls;
    private final HazelcastMembership membership;
    private final NodeDirectory directory;
    private final Listener listener;
    private final PeerView peers;
    private final IsolationDetector detector = new IsolationDetector(ROUNDS);
    private final DeliveryOptions round;
    private final NodePing ping;
    private NodeRow me;
    private List<MessageConsumer<String>> consumers = List.of();
    private Future<Void> renewal = Future.succeededFuture();
    private boolean leaving;
    private long readAt;
    private boolean exiting;

    /** What the rest of the node does about the others. */
    public interface Listener {
        /** Hazelcast gave a node up that had not said goodbye. On a thread of Hazelcast's. */
        void nodeLost(String node);

        /** Nobody reaches this node, or it reaches nobody: all its consumers have to be registered anew. */
        Future<Void> reregister();

        /** That did not help: the process has to end, and not well. */
        void onIsolated();
    }

    ClusterVerticle(
            ClusterConfig config,
            NodeRow me,
            HazelcastMembership membership,
            NodeDirectory directory,
            Bus bus,
            Listener listener) {
        this.roundMs = config.isolatedAfterMs() / ROUNDS;
        this.tls = config.tls().isPresent();
        this.me = me;
        this.membership = membership;
        this.directory = directory;
        this.listener = listener;
        this.peers = new PeerView(me.node(), bus::updatePeers);
        this.round = new DeliveryOptions().setSendTimeout(roundMs);
        this.ping = new NodePing(membership::describe, tls);
    }

    /** Completes once the others are known and can call this node. */
    @Override
    public Future<?> start() {
        membership.addListener(this::membersChanged);
        peers.initMembers(membership.names());
        vertx.setPeriodic(RENEW_MS, any -> renewIfIdle());
        scheduleRound();
        return listen().compose(any -> renew());
    }

    @Override
    public Future<?> stop() {
        leaving = true; // a renewal after that would bring the row back
        return directory.leave(me.node());
    }

    /** What others can ask for on this node from now on. */
    public Future<Void> serve(Map<Stage, Integer> stages) {
        Promise<Void> said = Promise.promise();
        context.runOnContext(any -> {
            me = me.serving(stages);
            renew().onComplete(said);
        });
        return said.future();
    }

    /** Nothing can be asked for here any more. Completes when all others, who look once a second, know. */
    public Future<Void> withdraw() {
        return serve(Map.of())
                .compose(said -> peers.serving().isEmpty()
                        ? Future.succeededFuture()
                        : vertx.timer(WITHDRAWAL_MS, TimeUnit.MILLISECONDS))
                .mapEmpty();
    }

    /**
     * Completes once another node has answered over the bus, or none is there that could; its answer comes over a connection
     * of its own, so both ways are known to work. One is enough: a node that is ill must not keep others from starting.
     * Fails with {@link ClusterJoinException}.
     */
    public Future<Void> reachPeer() {
        Promise<Void> met = Promise.promise();
        context.runOnContext(any -> reachPeer(met, System.nanoTime()));
        return met.future();
    }

    private void reachPeer(Promise<Void> met, long began) {
        List<String> others = peers.reached();
        if (others.isEmpty()) {
            met.complete();
            return;
        }
        Future.any(others.stream().map(node -> ping(node, REACH_OPTIONS)).toList())
                .onSuccess(any -> met.complete())
                .onFailure(any -> retryReachPeer(met, began, others));
    }

    private void retryReachPeer(Promise<Void> met, long began, List<String> others) {
        String names = others.stream().map(membership::describe).collect(Collectors.joining(", "));
        if (ping.distrustsAll(others)) {
            met.fail(new ClusterJoinException(
                    "this node can't talk to " + names + ": its certificate or theirs is not of the"
                            + " authority that the other trusts; give all nodes certificates of one (cluster.tls)"));
        } else if (System.nanoTime() - began > REACH_TIMEOUT_NANOS) {
            met.fail(ClusterJoinException.passing("no other node answers over the bus, though there is " + names
                    + "; let nodes reach each other's cluster.bus.port"
                    + (tls ? ", and compare their cluster.tls" : ", and give this one cluster.tls if they have it")));
        } else {
            vertx.setTimer(REACH_RETRY_MS, any -> reachPeer(met, began));
        }
    }

    /** How many nodes Hazelcast reaches, this one among them. */
    public int nodes() {
        return membership.names().size();
    }

    /** Behind the one that is under way: its row is older, and must not be written over this one. */
    private Future<Void> renew() {
        renewal = renewal.transform(any -> {
            long began = System.nanoTime();
            return directory.renew(me).map(present -> {
                readAt = began;
                peers.directoryRead(present);
                return null;
            });
        });
        return renewal;
    }

    private void renewIfIdle() {
        if (renewal.isComplete() && !leaving) {
            renew(); // the store's own health says when this fails
        }
    }

    private Future<Void> listen() {
        MessageConsumer<String> consumer = vertx.eventBus().consumer(NodePing.address(me.node()));
        consumers = List.of(consumer);
        return consumer.handler(message -> {
                    detector.onPing();
                    message.reply("");
                })
                .completion();
    }

    /** One at a time: a periodic timer makes up for what it missed, so a node that was stopped would count itself deaf. */
    private void scheduleRound() {
        vertx.setTimer(roundMs, any -> {
            round();
            scheduleRound();
        });
    }

    private void round() {
        switch (detector.round(peersAge())) {
            case NONE -> {}
            case REREGISTER -> reregister();
            case EXIT -> exit();
        }
        List<String> serving = peers.serving();
        ping.retainOnly(serving);
        serving.forEach(node -> ping(node, round));
    }

    private Future<?> ping(String node, DeliveryOptions options) {
        return ping.send(vertx.eventBus(), node, options).onSuccess(any -> detector.onReply());
    }

    /** Who should be calling this node: nobody does that has nothing to ask of it. */
    private Peers peersAge() {
        boolean known = System.nanoTime() - readAt < DIRECTORY_FRESH_NANOS;
        return known && me.serves() ? peers.age() : Peers.NONE;
    }

    private void reregister() {
        LOG.atWarn()
                .addKeyValue("event", "cluster.isolated")
                .log("no other node is heard; this one registers on the bus anew");
        Future.join(consumers.stream().map(MessageConsumer::unregister).toList())
                .transform(any -> listen())
                .transform(any -> listener.reregister())
                .onFailure(broken -> LOG.atWarn()
                        .addKeyValue("event", "cluster.register.failed")
                        .log("registering anew failed"));
    }

    private void exit() {
        if (!exiting) {
            exiting = true;
            LOG.atError()
                    .addKeyValue("event", "cluster.isolated.exit")
                    .log("no other node is heard though others are there; this one ends, to be started anew");
            listener.onIsolated();
        }
    }

    private void membersChanged(Set<String> present, Change change) {
        peers.membersChanged(present);
        LOG.atInfo()
                .addKeyValue("event", change.kind() == Change.Kind.JOINED ? "cluster.came" : "cluster.went")
                .addKeyValue("other", change.node())
                .addKeyValue("nodes", present.size())
                .log("the cluster has changed");
        if (change.kind() == Change.Kind.LEFT && peers.serving().contains(change.node())) {
            listener.nodeLost(change.node());
        }
    }
}
