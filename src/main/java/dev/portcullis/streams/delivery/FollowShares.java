package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.UserId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Counts the streams that the users of a node follow, and chooses who gives up some where the node has no memory for more: the
 * user who follows most, for one who follows less than half as many. So many accounts keep no user out, and no earlier user pays
 * for that (CWE-770). It may be called on any thread.
 */
final class FollowShares {
    /** A user who follows no more streams than these gives up none: a node that is full of such users is full. */
    static final int FEW = 20;

    private static final int TIMES_MORE = 2;

    private final Map<UserId, Share> shares = new HashMap<>();
    private final NavigableMap<Integer, Set<Share>> beyondFew = new TreeMap<>();
    private final Set<Object> leaving = new HashSet<>();

    private static final class Share {
        private final Map<Object, Client> clients = new LinkedHashMap<>();
        private int subscriptions;
    }

    private static final class Client {
        private final Subscription first;
        private int subscriptions;

        private Client(Subscription first) {
            this.first = first;
        }
    }

    synchronized void add(Subscription added) {
        Share share = shares.computeIfAbsent(added.user(), any -> new Share());
        share.clients.computeIfAbsent(added.client(), any -> new Client(added)).subscriptions++;
        move(share, 1);
    }

    synchronized void remove(Subscription removed) {
        Share share = shares.get(removed.user());
        if (share == null) {
            return;
        }
        leaving.remove(removed.client()); // the others follow at once, but for a join whose client reads slowly
        share.clients.computeIfPresent(removed.client(), (client, known) -> {
            known.subscriptions--;
            return known.subscriptions > 0 ? known : null;
        });
        move(share, -1);
        if (share.subscriptions == 0) {
            shares.remove(removed.user());
        }
    }

    /**
     * Whether there will be memory for another stream of this user, since a client of another user is about to give up its
     * streams.
     */
    synchronized boolean makeRoomFor(UserId user) {
        Share claim = shares.get(user);
        int held = claim == null ? 0 : claim.subscriptions;
        if (leaving.isEmpty()) {
            most().filter(most -> most.subscriptions > TIMES_MORE * (held + 1)).ifPresent(this::giveUp);
        }
        return !leaving.isEmpty();
    }

    private Optional<Share> most() {
        return Optional.ofNullable(beyondFew.lastEntry())
                .map(entry -> entry.getValue().iterator().next());
    }

    private void giveUp(Share most) {
        most.clients.entrySet().stream()
                .max(Comparator.comparingInt(each -> each.getValue().subscriptions))
                .ifPresent(largest -> {
                    leaving.add(largest.getKey());
                    largest.getValue().first.displace();
                });
    }

    private void move(Share share, int change) {
        if (share.subscriptions > FEW) {
            beyondFew.computeIfPresent(share.subscriptions, (any, equals) -> {
                equals.remove(share);
                return equals.isEmpty() ? null : equals;
            });
        }
        share.subscriptions += change;
        if (share.subscriptions > FEW) {
            beyondFew
                    .computeIfAbsent(share.subscriptions, any -> new HashSet<>())
                    .add(share);
        }
    }
}
