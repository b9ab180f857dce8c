package dev.portcullis.bus;

import dev.portcullis.bus.Breaker.Pass;
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
final class Roster {
    private static final Comparator<Peer> BY_NAME = Comparator.comparing(Peer::node);

    private final String node;
    private final Breaker.Config breaker;
    private final Map<Stage, Places> places = new EnumMap<>(Stage.class);

    /** Of one stage, nearest first. Replaced as a whole. */
    private static final class Places {
        private volatile List<Place> here = List.of();
        private volatile List<Place> elsewhere = List.of();
        private volatile Map<String, Integer> nodes = Map.of();

        private void count() {
            Map<String, Integer> counted = new HashMap<>();
            Stream.of(here, elsewhere)
                    .flatMap(List::stream)
                    .forEach(place -> counted.merge(place.node(), 1, Integer::sum));
            nodes = Map.copyOf(counted);
        }
    }

    /** Where a question goes, and as what. */
    record Choice(Place place, Pass pass) {}

    Roster(String node, Breaker.Config breaker) {
        this.node = node;
        this.breaker = breaker;
        for (Stage stage : Stage.values()) {
            places.put(stage, new Places());
        }
    }

    synchronized void arrived(Stage stage, int instance) {
        Places of = of(stage);
        if (instance >= of.here.size()) {
            of.here = instances(node, instance + 1, new AtomicInteger(), of.here);
            of.count();
        }
    }

    /** The other nodes that live. What is known of an instance that stays is kept. */
    synchronized void meet(List<Peer> peers) {
        List<Peer> sorted = peers.stream()
                .filter(peer -> !peer.node().equals(node))
                .sorted(BY_NAME)
                .toList();
        Map<String, AtomicInteger> underWay = new HashMap<>();
        places.values().forEach(of -> of.elsewhere.forEach(place -> underWay.put(place.node(), place.underWay())));
        places.forEach((stage, of) -> {
            List<Place> before = of.elsewhere;
            of.elsewhere = sorted.stream()
                    .flatMap(peer -> instances(
                            peer.node(),
                            peer.stages().getOrDefault(stage, 0),
                            underWay.computeIfAbsent(peer.node(), any -> new AtomicInteger()),
                            before)
                            .stream())
                    .toList();
            of.count();
        });
    }

    /** The nodes that run a stage, with their numbers of instances. */
    Map<String, Integer> nodesOf(Stage stage) {
        return of(stage).nodes;
    }

    Optional<Place> find(Stage stage, String at, int instance) {
        List<Place> all = at.equals(node) ? of(stage).here : of(stage).elsewhere;
        return all.stream().filter(place -> place.isAt(at, instance)).findFirst();
    }

    /** Whether an instance is well that is none of these. */
    boolean hasOthers(Stage stage, Collection<Place> tried, long now) {
        return Stream.of(of(stage).here, of(stage).elsewhere)
                .flatMap(List::stream)
                .anyMatch(place -> !tried.contains(place) && place.breaker().isWell(now));
    }

    /**
     * The instance for this key: on this node if one is well, else on any, always the same while it is. Where none is,
     * one of this node's is asked all the same: it can't be gone, so what it waits for is a store that all wait for.
     */
    Optional<Choice> choose(Stage stage, int key, Collection<Place> tried, long now) {
        Places of = of(stage);
        int spread = spread(key);
        return wellOf(of.here, spread, tried, now)
                .or(() -> wellOf(of.elsewhere, spread, tried, now))
                .or(() -> firstOf(of.here, spread, tried, place -> true))
                .or(() -> firstOf(
                        of.elsewhere, spread, tried, place -> place.breaker().lastResort()));
    }

    private static Optional<Choice> wellOf(List<Place> all, int spread, Collection<Place> tried, long now) {
        for (int i = 0; i < all.size(); i++) {
            Place place = all.get(Math.floorMod(spread + i, all.size()));
            Pass pass = tried.contains(place) ? Pass.NOT : place.breaker().pass(now);
            if (pass != Pass.NOT) {
                return Optional.of(new Choice(place, pass));
            }
        }
        return Optional.empty();
    }

    private static Optional<Choice> firstOf(
            List<Place> all, int spread, Collection<Place> tried, Predicate<Place> fit) {
        for (int i = 0; i < all.size(); i++) {
            Place place = all.get(Math.floorMod(spread + i, all.size()));
            if (!tried.contains(place) && fit.test(place)) {
                return Optional.of(new Choice(place, Pass.FREELY));
            }
        }
        return Optional.empty();
    }

    private List<Place> instances(String at, int count, AtomicInteger underWay, List<Place> before) {
        List<Place> all = new ArrayList<>();
        for (int instance = 0; instance < count; instance++) {
            int number = instance;
            all.add(before.stream()
                    .filter(place -> place.isAt(at, number))
                    .findFirst()
                    .orElseGet(() -> new Place(at, number, new Breaker(breaker), underWay)));
        }
        return List.copyOf(all);
    }

    private Places of(Stage stage) {
        return Objects.requireNonNull(places.get(stage));
    }

    /** Keys are hash codes, whose low bits are often alike. */
    private static int spread(int key) {
        int mixed = key * 0x9E3779B9;
        return mixed ^ (mixed >>> 16);
    }
}
