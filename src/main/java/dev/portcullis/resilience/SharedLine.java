package dev.portcullis.resilience;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A queue of items in ranks, each of which has a share of the places and of the turns. Other ranks use what a rank leaves of
 * its share, and have to give it back when the rank wants it: so no rank keeps another out, however many items it has. Within a
 * rank an item of a higher level goes first, and takes the place of one of a lower level. Not for several threads.
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
        /** The highest level first; within a level, the oldest first. */
        private final List<Waiting<T>> waiting = new ArrayList<>();
        /** How many turns it has had, in units of its share. */
        private double turns;

        private Rank(int share) {
            this.share = share;
        }

        private boolean isWaiting() {
            return !waiting.isEmpty();
        }

        private void add(Waiting<T> one) {
            waiting.add(notBelow(one.level), one);
        }

        private int notBelow(int level) {
            return (int) waiting.stream().filter(each -> each.level >= level).count();
        }

        private boolean hasBelow(int level) {
            return notBelow(level) < waiting.size();
        }

        private T removeLast() {
            return waiting.remove(waiting.size() - 1).item;
        }
    }

    private record Waiting<T>(T item, int level) {}

    /** Returns what has no place: nothing, or this item, or one that waited in its place. */
    Optional<T> add(int number, int level, T item) {
        Rank<T> rank = ranks.get(number);
        if (!rank.isWaiting()) { // a rank that rested must not make up for it
            rank.turns = Math.max(rank.turns, turnsNow());
        }
        if (!hasPlace(number, level)) {
            return Optional.of(item);
        }
        Optional<T> displaced = size() < places
                ? Optional.empty()
                : Optional.of((hasItsShare(rank) ? rank : furthestAboveItsShare()).removeLast());
        rank.add(new Waiting<>(item, level));
        return displaced;
    }

    /** Whether one more would wait, and not be what has no place. */
    boolean hasPlace(int number, int level) {
        Rank<T> rank = ranks.get(number);
        return size() < places || !hasItsShare(rank) || rank.hasBelow(level);
    }

    /** Takes the item whose turn it is. */
    Optional<T> next() {
        Optional<Rank<T>> next =
                ranks.stream().filter(Rank::isWaiting).min((one, other) -> Double.compare(one.turns, other.turns));
        next.ifPresent(rank -> rank.turns += 1.0 / rank.share);
        return next.map(rank -> rank.waiting.remove(0).item);
    }

    boolean remove(T item) {
        return ranks.stream().anyMatch(rank -> rank.waiting.removeIf(each -> each.item.equals(item)));
    }

    int size() {
        return ranks.stream().mapToInt(rank -> rank.waiting.size()).sum();
    }

    /** How many turns others have before what comes now to a rank, if nothing else comes. */
    int ahead(int number, int level) {
        Rank<T> rank = ranks.get(number);
        int own = rank.notBelow(level);
        double turns = (own + 1.0) / rank.share;
        return ranks.stream()
                .mapToInt(
                        each -> each == rank ? own : Math.min(each.waiting.size(), (int) Math.ceil(turns * each.share)))
                .sum();
    }

    /** Takes all. */
    List<T> clear() {
        List<T> all = new ArrayList<>();
        ranks.forEach(rank -> {
            rank.waiting.forEach(each -> all.add(each.item));
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

    private boolean hasItsShare(Rank<T> rank) {
        return rank.waiting.size() >= placesOf(rank);
    }

    private int placesOf(Rank<T> rank) {
        return places * rank.share / shares;
    }

    /**
     * The rank that is furthest above its share; among equal ones the last. There is one where all places are taken and another
     * rank has fewer than its share.
     */
    private Rank<T> furthestAboveItsShare() {
        return ranks.stream()
                .reduce((one, other) -> excess(one) > excess(other) ? one : other)
                .orElseThrow();
    }

    private int excess(Rank<T> rank) {
        return rank.waiting.size() - placesOf(rank);
    }
}
