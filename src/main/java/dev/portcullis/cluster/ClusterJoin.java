package dev.portcullis.cluster;

import dev.portcullis.cluster.SharedSettings.Mismatch;
import dev.portcullis.config.HostPort;
import dev.portcullis.store.redis.RedisStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Joins the cluster. Reads the directory first, so that a node that does not fit never appears to the others; then
 * joins Hazelcast, whose members may use another store than this node.
 */
public final class ClusterJoin {
    private static final long TIMEOUT_SECONDS = 10;
    private static final long ROW_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final long READ_PAUSE_MS = 250;

    private final ClusterConfig config;
    private final NodeRow me;

    private ClusterJoin(ClusterConfig config, NodeRow me) {
        this.config = config;
        this.me = me;
    }

    /** Opens the store before the bus exists. */
    @FunctionalInterface
    public interface StoreOpening {
        Future<RedisStore> open(Vertx vertx);
    }

    /**
     * A node that joins.
     *
     * @param node its name, which no other process has or had
     * @param version of the product; informative
     */
    public record JoiningNode(String node, String version, SharedSettings settings) {}

    /**
     * Blocks until this node is a member. Throws if its settings do not fit those of the members, or if the store
     * cannot be opened.
     */
    public static Cluster join(ClusterConfig config, JoiningNode joiningNode, StoreOpening store) throws Exception {
        NodeRow me = new NodeRow(joiningNode.node(), joiningNode.settings(), Map.of(), joiningNode.version());
        return new ClusterJoin(config, me).run(store);
    }

    /** Uses a small Vert.x of its own: the node's is clustered and can only be built after the join. */
    private Cluster run(StoreOpening opening) throws Exception {
        Vertx vertx = Vertx.vertx(
                new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1).setInternalBlockingPoolSize(1));
        try {
            RedisStore store = await(opening.open(vertx));
            try {
                return run(vertx, NodeDirectory.of(store, config));
            } finally {
                await(store.close());
            }
        } finally {
            await(vertx.close());
        }
    }

    private Cluster run(Vertx vertx, NodeDirectory directory) throws Exception {
        checkRows(await(directory.read()));
        List<NodeRow> present = await(directory.renew(me));
        try {
            checkRows(present.subList(0, present.indexOf(me))); // of two that join at once the second is refused
            NodeRow fitting = present.stream()
                    .filter(me::isBehind)
                    .max(Comparator.comparing(NodeRow::generation))
                    .map(newest -> me.sharing(me.settings(), newest.generation()))
                    .orElse(me);
            HazelcastMembership membership = HazelcastMembership.start(
                    HazelcastSettings.of(config, fitting), new HostPort(config.host(), config.port()));
            try {
                checkMembers(vertx, membership, directory);
                return new Cluster(config, fitting, membership);
            } catch (Exception failure) {
                membership.close();
                throw failure;
            }
        } catch (Exception failure) {
            await(directory.leave(me.node()));
            throw failure;
        }
    }

    private void checkRows(List<NodeRow> present) throws ClusterJoinException {
        for (NodeRow other : present) {
            throwIfPresent(me.settings().mismatchWith(other.node(), other.settings(), config.allowedDifferences()));
        }
    }

    /**
     * A member that does not appear in this directory uses another store, or is so busy that it has not written its row yet:
     * the start is tried again, and refused only if that does not help.
     */
    private void checkMembers(Vertx vertx, HazelcastMembership membership, NodeDirectory directory) throws Exception {
        Map<String, Optional<NodeRow>> others = membership.others();
        List<NodeRow> known = await(directory.renew(me));
        for (Map.Entry<String, Optional<NodeRow>> other : others.entrySet()) {
            NodeRow row = other.getValue()
                    .orElseThrow(() -> new ClusterJoinException(new Mismatch(
                                    other.getKey(),
                                    "is not a Portcullis node",
                                    "let a firewall keep it from cluster.port")
                            .line()));
            if (known.stream().noneMatch(each -> each.node().equals(row.node()))) {
                checkRows(List.of(row)); // its row in the directory is newer: settings may have changed since it joined
            }
        }
        long began = System.nanoTime();
        while (!missing(others, await(directory.renew(me))).isEmpty()) {
            if (System.nanoTime() - began > ROW_PATIENCE_NANOS) {
                Optional<String> missing = missing(membership.others(), await(directory.renew(me)));
                if (missing.isPresent()) {
                    throw ClusterJoinException.temporary(new Mismatch(
                                    missing.get(),
                                    "is a member of the cluster and not in this node's store",
                                    "let both use the same store, or give this cluster another name and other members")
                            .line());
                }
                return;
            }
            await(vertx.timer(READ_PAUSE_MS, TimeUnit.MILLISECONDS));
        }
    }

    private static Optional<String> missing(Map<String, Optional<NodeRow>> members, List<NodeRow> present) {
        return members.keySet().stream()
                .filter(node -> present.stream().noneMatch(row -> row.node().equals(node)))
                .findFirst();
    }

    private static void throwIfPresent(Optional<Mismatch> mismatch) throws ClusterJoinException {
        if (mismatch.isPresent()) {
            throw new ClusterJoinException(mismatch.get().line());
        }
    }

    private static <T> T await(Future<T> future) throws TimeoutException {
        return future.await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }
}
