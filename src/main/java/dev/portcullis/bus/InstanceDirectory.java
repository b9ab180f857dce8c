package dev.portcullis.bus;

import dev.portcullis.bus.CircuitBreaker.Pass;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Which instances of each stage answer on this node and on others, and which of them is asked. */
final class InstanceDirectory {
    private static final Comparator<PeerNode> BY_NAME = Comparator.comparing(PeerNode::node);

    private final String node;
    private final CircuitBreaker.Config breaker;
    private final Map<Stage, StageInstances> stageInstances = new EnumMap<>(Stage.class);

    /** Of one stage, nearest first. Replaced as a whole. */
    private static final class StageInstances {
        private volatile List<StageInstance> local = List.of();
        private volatile List<StageInstance> remote = List.of();
        private volatile Map<String, Integer> nodes = Map.of();

        private void recount() {
            Map<String, Integer> counted = new HashMap<>();
            Stream.of(local, remote)
                    .flatMap(List::stream)
                    .forEach(instance -> counted.merge(instance.node(), 1, Integer::sum));
            nodes = Map.copyOf(counted);
        }
    }

    /** Where a question goes, and as what. */
    record Choice(StageInstance instance, Pass pass) {}

    InstanceDirectory(String node, CircuitBreaker.Config breaker) {
        this.node = node;
        this.breaker = breaker;
        for (Stage stage : Stage.values()) {
            stageInstances.put(stage, new StageInstances());
        }
    }

    synchronized void registerLocal(Stage stage, int instance) {
        StageInstances of = of(stage);
        if (instance >= of.local.size()) {
            of.local = instances(node, instance + 1, new AtomicInteger(), of.local);
            of.recount();
        }
    }

    /** The other nodes that live. What is known of an instance that stays is kept. */
    synchronized void updatePeers(List<PeerNode> peers) {
        List<PeerNode> sorted = peers.stream()
                .filter(peer -> !peer.node().equals(node))
                .sorted(BY_NAME)
                .toList();
        Map<String, AtomicInteger> underWay = new HashMap<>();
        stageInstances
                .values()
                .forEach(of -> of.remote.forEach(instance -> underWay.put(instance.node(), instance.inFlight())));
        stageInstances.forEach((stage, of) -> {
            List<StageInstance> before = of.remote;
            of.remote = sorted.stream()
                    .flatMap(peer -> instances(
                            peer.node(),
                            peer.stages().getOrDefault(stage, 0),
                            underWay.computeIfAbsent(peer.node(), any -> new AtomicInteger()),
                            before)
                            .stream())
                    .toList();
            of.recount();
        });
    }

    /** The nodes that run a stage, with their numbers of instances. */
    Map<String, Integer> nodesOf(Stage stage) {
        return of(stage).nodes;
    }

    Optional<StageInstance> find(Stage stage, String at, int instance) {
        List<StageInstance> all = at.equals(node) ? of(stage).local : of(stage).remote;
        return all.stream().filter(place -> place.isAt(at, instance)).findFirst();
    }

    /** Whether an instance is well that is none of these. */
    boolean hasOthers(Stage stage, Collection<StageInstance> tried, long now) {
        return Stream.of(of(stage).local, of(stage).remote)
                .flatMap(List::stream)
                .anyMatch(instance ->
                        !tried.contains(instance) && instance.breaker().isAvailable(now));
    }

    /**
     * The instance for this key: on this node if one is well, else on any, always the same while it is. Where none is,
     * one of this node's is asked all the same: it can't be gone, so what it waits for is a store that all wait for.
     */
    Optional<Choice> choose(Stage stage, int key, Collection<StageInstance> tried, long now) {
        StageInstances of = of(stage);
        int spread = hash(key);
        return firstAvailable(of.local, spread, tried, now)
                .or(() -> firstAvailable(of.remote, spread, tried, now))
                .or(() -> firstMatching(of.local, spread, tried, instance -> true))
                .or(() -> firstMatching(
                        of.remote,
                        spread,
                        tried,
                        instance -> instance.breaker().isLastResort()));
    }

    private static Optional<Choice> firstAvailable(
            List<StageInstance> all, int spread, Collection<StageInstance> tried, long now) {
        for (int i = 0; i < all.size(); i++) {
            StageInstance instance = all.get(Math.floorMod(spread + i, all.size()));
            Pass pass =
                    tried.contains(instance) ? Pass.OPEN : instance.breaker().pass(now);
            if (pass != Pass.OPEN) {
                return Optional.of(new Choice(instance, pass));
            }
        }
        return Optional.empty();
    }

    private static Optional<Choice> firstMatching(
            List<StageInstance> all, int spread, Collection<StageInstance> tried, Predicate<StageInstance> fit) {
        for (int i = 0; i < all.size(); i++) {
            StageInstance instance = all.get(Math.floorMod(spread + i, all.size()));
            if (!tried.contains(instance) && fit.test(instance)) {
                return Optional.of(new Choice(instance, Pass.CLOSED));
            }
        }
        return Optional.empty();
    }

    private List<StageInstance> instances(String at, int count, AtomicInteger underWay, List<StageInstance> before) {
        List<StageInstance> all = new ArrayList<>();
        for (int instance = 0; instance < count; instance++) {
            int number = instance;
            all.add(before.stream()
                    .filter(place -> place.isAt(at, number))
                    .findFirst()
                    .orElseGet(() -> new StageInstance(at, number, new CircuitBreaker(breaker), underWay)));
        }
        return List.copyOf(all);
    }

    private StageInstances of(Stage stage) {
        return Objects.requireNonNull(stageInstances.get(stage));
    }

    /** Keys are hash codes, whose low bits are often alike. */
    private static int hash(int key) {
        int mixed = key * 0x9E3779B9;
        return mixed ^ (mixed >>> 16);
    }
}
