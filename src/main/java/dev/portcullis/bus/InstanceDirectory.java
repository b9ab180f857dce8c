package dev.portcullis.bus;

import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.resilience.CircuitBreaker.Pass;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The instances of each stage on this node and on others, and the choice among them. */
final class InstanceDirectory {
    private static final Comparator<PeerNode> BY_NAME = Comparator.comparing(PeerNode::node);

    private final String node;
    private final BusConfig config;
    private final BiConsumer<String, PeerAnswers> probe;
    private final Map<Stage, StageInstances> stageInstances = new EnumMap<>(Stage.class);

    /** The instances of one stage. Each list is replaced as a whole. */
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

    /** The limits and answers that the instances of one node share. */
    private record PerNode(Semaphore inFlight, PeerAnswers answers) {
        PerNode(BusConfig config, int inFlight) {
            this(new Semaphore(inFlight), new PeerAnswers(config.overdueMs()));
        }
    }

    /** The chosen instance, and how its circuit breaker lets the question pass. */
    record Choice(StageInstance instance, Pass pass) {}

    /** @param probe asks a node whether it answers at all */
    InstanceDirectory(String node, BusConfig config, BiConsumer<String, PeerAnswers> probe) {
        this.node = node;
        this.config = config;
        this.probe = probe;
        for (Stage stage : Stage.values()) {
            stageInstances.put(stage, new StageInstances());
        }
    }

    synchronized void registerLocal(Stage stage, int instance) {
        StageInstances of = of(stage);
        if (instance >= of.local.size()) {
            of.local = instances(node, instance + 1, new PerNode(config, config.inFlight()), of.local);
            of.recount();
        }
    }

    /** Replaces the peer nodes. State of instances that remain is kept. */
    synchronized void updatePeers(List<PeerNode> peers) {
        List<PeerNode> sorted = peers.stream()
                .filter(peer -> !peer.node().equals(node))
                .sorted(BY_NAME)
                .toList();
        Map<String, PerNode> known = new HashMap<>();
        stageInstances
                .values()
                .forEach(of -> of.remote.forEach(
                        instance -> known.put(instance.node(), new PerNode(instance.inFlight(), instance.answers()))));
        stageInstances.forEach((stage, of) -> {
            List<StageInstance> before = of.remote;
            of.remote = sorted.stream()
                    .flatMap(peer -> instances(
                            peer.node(),
                            peer.stages().getOrDefault(stage, 0),
                            known.computeIfAbsent(peer.node(), any -> new PerNode(config, config.inFlightPerNode())),
                            before)
                            .stream())
                    .toList();
            of.recount();
        });
    }

    /** Instances whose circuit breaker is not closed. */
    long openBreakers(Stage stage) {
        return Stream.of(of(stage).local, of(stage).remote)
                .flatMap(List::stream)
                .filter(instance -> instance.breaker().state() != CircuitBreaker.State.CLOSED)
                .count();
    }

    /** The nodes that run a stage, with their numbers of instances. */
    Map<String, Integer> nodesOf(Stage stage) {
        return of(stage).nodes;
    }

    Optional<StageInstance> find(Stage stage, String at, int instance) {
        List<StageInstance> all = at.equals(node) ? of(stage).local : of(stage).remote;
        return all.stream().filter(each -> each.isAt(at, instance)).findFirst();
    }

    /** Whether an available instance exists that is none of these. */
    boolean hasOthers(Stage stage, Collection<StageInstance> tried, long now) {
        return Stream.of(of(stage).local, of(stage).remote)
                .flatMap(List::stream)
                .anyMatch(instance ->
                        !tried.contains(instance) && instance.breaker().isAvailable(now));
    }

    /**
     * Chooses the instance for this key: an available one on this node, else one on any node, always the same while it
     * is available and its node does not owe answers. If all owe some, that of the node that has owed them for the shortest
     * time is: a node may be slow for a moment while another one is gone. If none is available, one of this node is asked
     * nevertheless: it runs, so it can only be waiting for a store that every instance waits for.
     */
    Optional<Choice> choose(Stage stage, int key, Collection<StageInstance> tried, long now) {
        StageInstances of = of(stage);
        int start = hash(key);
        Optional<Choice> here = firstAvailable(of.local, start, tried, now, instance -> true);
        return here.isPresent() ? here : chooseElsewhere(of, start, tried, now);
    }

    private Optional<Choice> chooseElsewhere(StageInstances of, int start, Collection<StageInstance> tried, long now) {
        return firstAvailable(of.remote, start, tried, now, instance -> answers(instance, now))
                .or(() -> firstAvailable(latestOwing(of.remote, start, now), 0, tried, now, instance -> true))
                .or(() -> firstMatching(of.local, start, tried, instance -> true))
                .or(() -> firstMatching(of.remote, start, tried, StageInstance::isLastResort));
    }

    /** Whether the node seems to answer. If not, it is probed, so that it is asked again as soon as it does. */
    private boolean answers(StageInstance instance, long now) {
        boolean overdue = instance.answers().areOverdue(now);
        if (overdue && instance.answers().mayProbe(now)) {
            probe.accept(instance.node(), instance.answers());
        }
        return !overdue;
    }

    private static List<StageInstance> latestOwing(List<StageInstance> all, int start, long now) {
        record Owing(StageInstance instance, long nanos) {} // answers come while the list is sorted

        List<StageInstance> rotated = new ArrayList<>(all);
        Collections.rotate(rotated, -start);
        return rotated.stream()
                .map(instance -> new Owing(instance, instance.answers().owedNanos(now)))
                .sorted(Comparator.comparingLong(Owing::nanos))
                .map(Owing::instance)
                .toList();
    }

    private static Optional<Choice> firstAvailable(
            List<StageInstance> all,
            int start,
            Collection<StageInstance> tried,
            long now,
            Predicate<StageInstance> condition) {
        for (int i = 0; i < all.size(); i++) {
            StageInstance instance = all.get(Math.floorMod(start + i, all.size()));
            Pass pass = tried.contains(instance) || !condition.test(instance)
                    ? Pass.OPEN
                    : instance.breaker().pass(now);
            if (pass != Pass.OPEN) {
                return Optional.of(new Choice(instance, pass));
            }
        }
        return Optional.empty();
    }

    private static Optional<Choice> firstMatching(
            List<StageInstance> all, int start, Collection<StageInstance> tried, Predicate<StageInstance> condition) {
        for (int i = 0; i < all.size(); i++) {
            StageInstance instance = all.get(Math.floorMod(start + i, all.size()));
            if (!tried.contains(instance) && condition.test(instance)) {
                return Optional.of(new Choice(instance, Pass.CLOSED));
            }
        }
        return Optional.empty();
    }

    private List<StageInstance> instances(String at, int count, PerNode shared, List<StageInstance> before) {
        List<StageInstance> all = new ArrayList<>();
        for (int instance = 0; instance < count; instance++) {
            int number = instance;
            all.add(before.stream()
                    .filter(each -> each.isAt(at, number))
                    .findFirst()
                    .orElseGet(() -> new StageInstance(
                            at, number, new CircuitBreaker(config.breaker()), shared.inFlight(), shared.answers())));
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
