package dev.portcullis.broadcast.presence;

import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.ServerFrame.PresenceChanged;
import dev.portcullis.protocol.codec.ServerFrame.PresentUser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The users in one room, and the changes that are still to be sent. */
final class RoomAttendance {
    private final TreeMap<UserId, SessionCounts> users = new TreeMap<>(Comparator.comparing(UserId::value));

    /** Users who came or went since the last change was sent, and whether they were there at that time. */
    private final Map<UserId, Boolean> changed = new LinkedHashMap<>();

    private final Set<String> watchers = new HashSet<>(2);
    private long version;
    private boolean readMeanwhile;
    private boolean lacksChanges;

    /** @param firstVersion the first version, larger than that of any earlier owner of the room */
    RoomAttendance(long firstVersion) {
        this.version = firstVersion;
    }

    int count() {
        return users.size();
    }

    boolean has(UserId user) {
        return users.containsKey(user);
    }

    /** Whether no user is there, and no node has to be told. */
    boolean isVacant() {
        return users.isEmpty() && watchers.isEmpty();
    }

    boolean hasNews() {
        return !changed.isEmpty() || lacksChanges;
    }

    /** The edge nodes with clients that want the changes. */
    Set<String> watchers() {
        return watchers;
    }

    void setWatched(String node, boolean watched) {
        if (watched) {
            watchers.add(node);
        } else {
            watchers.remove(node);
        }
    }

    /** Notes that clients that follow the changes may lack some: the next one leaves a gap in the versions. */
    void markGap() {
        lacksChanges = true;
    }

    /**
     * Sets the number of a user's sessions at one reporter.
     *
     * @param silent whether this is no coming or going of the user
     */
    void put(UserId user, int reporter, int count, boolean silent) {
        SessionCounts counts = users.get(user);
        boolean before = counts != null;
        if (counts == null) {
            if (count == 0) {
                return;
            }
            counts = new SessionCounts();
            users.put(user, counts);
        }
        counts.put(reporter, count);
        boolean after = !counts.isEmpty();
        if (!after) {
            users.remove(user);
        }
        if (before != after && !silent) {
            changed.putIfAbsent(user, before);
        }
    }

    /** Removes everything that one reporter told. */
    void drop(int reporter, boolean silent) {
        List.copyOf(users.keySet()).forEach(user -> put(user, reporter, 0, silent));
    }

    PresenceAnswer.Page page(Optional<UserId> after, int limit) {
        readMeanwhile |= !changed.isEmpty();
        List<PresentUser> page = new ArrayList<>();
        Iterator<Map.Entry<UserId, SessionCounts>> rest = after.map(last -> users.tailMap(last, false))
                .orElse(users)
                .entrySet()
                .iterator();
        while (rest.hasNext() && page.size() < limit) {
            Map.Entry<UserId, SessionCounts> next = rest.next();
            page.add(new PresentUser(next.getKey(), next.getValue().total()));
        }
        return new PresenceAnswer.Page(version, users.size(), page, rest.hasNext());
    }

    /** Drops the changes of a room that is too large to send them: later ones leave a gap in the versions. */
    void skipChanges() {
        version++;
        changed.clear();
        readMeanwhile = false;
        lacksChanges = false;
    }

    /**
     * Takes out the next changes to send, with their version.
     *
     * @param most the most changes of users
     * @param gapVersion the version after a gap, unless the room's own is larger
     * @return the changes; empty if nothing has to be sent
     */
    Optional<Change> takeChange(int most, long gapVersion) {
        List<PresenceChanged> taken = takeChanged(most);
        if (lacksChanges) {
            version = Math.max(version + 2, gapVersion);
            lacksChanges = false;
        } else if (taken.isEmpty()) {
            return Optional.empty();
        } else {
            version++;
        }
        return Optional.of(new Change(version, taken));
    }

    /**
     * Takes changes of users. A user who came and went meanwhile is left out, unless a client may have read the page in between.
     */
    private List<PresenceChanged> takeChanged(int most) {
        List<PresenceChanged> taken = new ArrayList<>();
        Iterator<Map.Entry<UserId, Boolean>> each = changed.entrySet().iterator();
        while (each.hasNext() && taken.size() < most) {
            Map.Entry<UserId, Boolean> next = each.next();
            boolean online = users.containsKey(next.getKey());
            if (readMeanwhile || online != next.getValue()) {
                taken.add(new PresenceChanged(next.getKey(), online));
            }
            each.remove();
        }
        readMeanwhile &= !changed.isEmpty();
        return taken;
    }

    /** Changes that are sent together. */
    record Change(long version, List<PresenceChanged> users) {}

    /**
     * The sessions of one user in one room, as pairs of a reporter's number and a count: there are very many of these, and
     * most have one pair.
     */
    private static final class SessionCounts {
        private static final int[] NONE = {};

        private int[] pairs = NONE;

        boolean isEmpty() {
            return pairs.length == 0;
        }

        int total() {
            int total = 0;
            for (int i = 1; i < pairs.length; i += 2) {
                total += pairs[i];
            }
            return total;
        }

        void put(int reporter, int count) {
            int at = 0;
            while (at < pairs.length && pairs[at] != reporter) {
                at += 2;
            }
            if (count > 0) {
                if (at == pairs.length) {
                    pairs = Arrays.copyOf(pairs, at + 2);
                    pairs[at] = reporter;
                }
                pairs[at + 1] = count;
            } else if (at < pairs.length) {
                pairs[at] = pairs[pairs.length - 2];
                pairs[at + 1] = pairs[pairs.length - 1];
                pairs = Arrays.copyOf(pairs, pairs.length - 2);
            }
        }
    }
}
