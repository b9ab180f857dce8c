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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps this node's row in the directory, tells the bus its peer nodes, and detects isolation. */
public final class ClusterVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterVerticle.class);
    private static final long RENEW_MS = 1_000;

    /** While all nodes apply a reload, one may be behind for a moment. */
    private static final int READS_BEHIND = 3;

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
    private final DeliveryOptions roundOptions;
    private final NodePing ping;
    private NodeRow me;
    private List<MessageConsumer<String>> consumers = List.of();
    private Future<Void> renewal = Future.succeededFuture();
    private Consumer<String> outdated = generation -> {};
    private int readsBehind;
    private boolean leaving;
    private long readAt;
    private boolean exiting;

    /** How the rest of the node reacts to changes of the cluster. */
    public interface Listener {
        /** Hazelcast removed a node that had not left the directory before. Called on a Hazelcast thread. */
        void nodeLost(String node);

        /** No other node reaches this one, or it reaches none: registers all its consumers again. */
        Future<Void> reregister();

        /** Registering again did not help: the process has to exit with an error. */
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
        this.roundOptions = new DeliveryOptions().setSendTimeout(roundMs);
        this.ping = new NodePing(membership::describe, tls);
    }

    /** Completes when the peer nodes are known and can reach this node. */
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
        leaving = true; // a later renewal would restore the row
        return directory.leave(me.node());
    }

    /** Announces the stages that other nodes may ask on this node from now on. */
    public Future<Void> serve(Map<Stage, Integer> stages) {
        return announce(row -> row.serving(stages));
    }

    /**
     * Announces what this node shares with all others from now on: a node that joins must fit it.
     *
     * @param generation the reload that changed it
     */
    public Future<Void> share(SharedSettings settings, String generation) {
        return announce(row -> row.sharing(settings, generation));
    }

    /** @param listener hears of a reload of all nodes that this one has missed, such as while it was paused; once in a while */
    public void whenOutdated(Consumer<String> listener) {
        outdated = listener;
    }

    private void checkGeneration(List<NodeRow> present) {
        Optional<NodeRow> newest = present.stream()
                .filter(row -> row.serves() && me.isBehind(row))
                .max(Comparator.comparing(NodeRow::generation));
        readsBehind = newest.isPresent() ? readsBehind + 1 : 0;
        if (readsBehind >= READS_BEHIND) {
            readsBehind = 0;
            newest.ifPresent(row -> outdated.accept(row.generation()));
        }
    }

    private Future<Void> announce(UnaryOperator<NodeRow> change) {
        Promise<Void> announced = Promise.promise();
        context.runOnContext(any -> {
            me = change.apply(me);
            renew().onComplete(announced);
        });
        return announced.future();
    }

    /** Withdraws all stages. Completes when every other node knows, which reads the directory once a second. */
    public Future<Void> withdraw() {
        return serve(Map.of())
                .compose(announced -> peers.serving().isEmpty()
                        ? Future.succeededFuture()
                        : vertx.timer(WITHDRAWAL_MS, TimeUnit.MILLISECONDS))
                .mapEmpty();
    }

    /**
     * Completes when another node has answered over the bus, or no node is there that could. The answer comes over a
     * connection of its own, so both directions work. One node is enough: a failing node must not keep others from
     * starting. Fails with {@link ClusterJoinException}.
     */
    public Future<Void> reachPeer() {
        Promise<Void> reached = Promise.promise();
        context.runOnContext(any -> reachPeer(reached, System.nanoTime()));
        return reached.future();
    }

    private void reachPeer(Promise<Void> reached, long startedAt) {
        List<String> others = peers.reachable();
        if (others.isEmpty()) {
            reached.complete();
            return;
        }
        Future.any(others.stream().map(node -> ping(node, REACH_OPTIONS)).toList())
                .onSuccess(any -> reached.complete())
                .onFailure(any -> retryReachPeer(reached, startedAt, others));
    }

    private void retryReachPeer(Promise<Void> reached, long startedAt, List<String> others) {
        String names = others.stream().map(membership::describe).collect(Collectors.joining(", "));
        if (ping.distrustsAll(others)) {
            reached.fail(new ClusterJoinException(
                    "this node can't talk to " + names + ": its certificate or theirs is not of the"
                            + " authority that the other trusts; give all nodes certificates of one (cluster.tls)"));
        } else if (System.nanoTime() - startedAt > REACH_TIMEOUT_NANOS) {
            reached.fail(ClusterJoinException.temporary("no other node answers over the bus, though there is " + names
                    + "; let nodes reach each other's cluster.bus.port"
                    + (tls ? ", and compare their cluster.tls" : ", and give this one cluster.tls if they have it")));
        } else {
            vertx.setTimer(REACH_RETRY_MS, any -> reachPeer(reached, startedAt));
        }
    }

    /** The number of nodes that Hazelcast reaches, this one included. */
    public int size() {
        return membership.names().size();
    }

    /** The nodes in the directory, this one first. */
    public List<ClusterNode> nodes() {
        return peers.described(System.nanoTime());
    }

    /** Waits for the renewal in flight: its row is older and must not overwrite this one. */
    private Future<Void> renew() {
        renewal = renewal.transform(any -> {
            long startedAt = System.nanoTime();
            return directory.renew(me).map(present -> {
                readAt = startedAt;
                peers.directoryRead(present, startedAt);
                checkGeneration(present);
                return null;
            });
        });
        return renewal;
    }

    private void renewIfIdle() {
        if (renewal.isComplete() && !leaving) {
            renew(); // a failure shows in the health of the store
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

    /**
     * Schedules one round at a time: a periodic timer catches up on missed rounds, so a node that was stopped would
     * count itself isolated.
     */
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
        serving.forEach(node -> ping(node, roundOptions));
    }

    private Future<?> ping(String node, DeliveryOptions options) {
        return ping.send(vertx.eventBus(), node, options).onSuccess(any -> detector.onReply());
    }

    /** The peers that should be pinging this node. A node that serves no stage is not pinged. */
    private Peers peersAge() {
        boolean known = System.nanoTime() - readAt < DIRECTORY_FRESH_NANOS;
        return known && me.serves() ? peers.age() : Peers.NONE;
    }

    private void reregister() {
        LOG.atWarn()
                .addKeyValue("event", "cluster.isolated")
                .log("no ping or reply from any other node; this one registers on the bus again");
        Future.join(consumers.stream().map(MessageConsumer::unregister).toList())
                .transform(any -> listen())
                .transform(any -> listener.reregister())
                .onFailure(cause -> LOG.atWarn()
                        .addKeyValue("event", "cluster.register.failed")
                        .log("registering on the bus again failed"));
    }

    private void exit() {
        if (!exiting) {
            exiting = true;
            LOG.atError()
                    .addKeyValue("event", "cluster.isolated.exit")
                    .log("no ping or reply from any other node though others serve; this one exits, to be restarted");
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
        if (change.kind() == Change.Kind.JOINED) {
            context.runOnContext(any -> detector.onMember());
        }
        if (change.kind() == Change.Kind.LEFT && peers.serving().contains(change.node())) {
            listener.nodeLost(change.node());
        }
    }
}
