package dev.portcullis.resilience;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What waits, in ranks, each with a share of the places and of the turns. What a rank leaves of its share the others use,
 * and have to give back when it wants it: so no rank keeps another out, however much of it comes. Not for several threads.
 */
final class SharedLine<T> {
    private final int places;
    private final List<Rank<T>> ranks;
    private final int shares;

    /** @param shares of each rank, the first rank first */
    SharedLine(int places, List<Integer> shares) {
        this.places = places;
        this.ranks = shares.stream().map(share -> new Rank<T>(share)).toList();
        this.shares = shares.stream().mapToInt(Integer::intValue).sum();
    }

    private static final class Rank<T> {
        private final int share;
        private final Deque<T> waiting = new ArrayDeque<>();
        /** How many turns it has had, in units of its share. */
        private double turns;

        private Rank(int share) {
            this.share = share;
        }

        private boolean isWaiting() {
            return !waiting.isEmpty();
        }
    }

    /** Returns what has no place: nothing, or this item, or one that waited in a place of another rank's share. */
    Optional<T> add(int number, T item) {
        Rank<T> rank = ranks.get(number);
        if (!rank.isWaiting()) { // a rank that rested must not make up for it
            rank.turns = Math.max(rank.turns, turnsNow());
        }
        if (size() < places) {
            rank.waiting.add(item);
            return Optional.empty();
        }
        if (rank.waiting.size() >= placesOf(rank)) {
            return Optional.of(item);
        }
        T last = furthestAboveItsShare().waiting.removeLast();
        rank.waiting.add(item);
        return Optional.of(last);
    }

    /** Takes what has its turn. */
    Optional<T> next() {
        Optional<Rank<T>> next =
                ranks.stream().filter(Rank::isWaiting).min((one, other) -> Double.compare(one.turns, other.turns));
        next.ifPresent(rank -> rank.turns += 1.0 / rank.share);
        return next.map(rank -> rank.waiting.remove());
    }

    boolean remove(T item) {
        return ranks.stream().anyMatch(rank -> rank.waiting.remove(item));
    }

    int size() {
        return ranks.stream().mapToInt(rank -> rank.waiting.size()).sum();
    }

    /** How many turns others have before what comes now to a rank, if nothing else comes. */
    int ahead(int number) {
        Rank<T> rank = ranks.get(number);
        double turns = (rank.waiting.size() + 1.0) / rank.share;
        return ranks.stream()
                .mapToInt(each -> each == rank
                        ? rank.waiting.size()
                        : Math.min(each.waiting.size(), (int) Math.ceil(turns * each.share)))
                .sum();
    }

    /** How much of its share of the places a rank uses, from 0 to 1. */
    double fullness(int number) {
        Rank<T> rank = ranks.get(number);
        return Math.min(1, (double) rank.waiting.size() / Math.max(1, placesOf(rank)));
    }

    /** Takes all. */
    List<T> clear() {
        List<T> all = new ArrayList<>();
        ranks.forEach(rank -> {
            all.addAll(rank.waiting);
            rank.waiting.clear();
        });
        return all;
    }

    private double turnsNow() {
        return ranks.stream()
                .filter(Rank::isWaiting)
                .mapToDouble(rank -> rank.turns)
                .min()
                .orElseGet(() ->
                        ranks.stream().mapToDouble(rank -> rank.turns).max().orElseThrow());
    }

    private int placesOf(Rank<T> rank) {
        return places * rank.share / shares;
    }

    /** There is one where all places are taken and another rank has fewer than its share. Of equal ones the last. */
    private Rank<T> furthestAboveItsShare() {
        return ranks.stream()
                .reduce((one, other) -> excess(one) > excess(other) ? one : other)
                .orElseThrow();
    }

    private int excess(Rank<T> rank) {
        return rank.waiting.size() - placesOf(rank);
    }
}
