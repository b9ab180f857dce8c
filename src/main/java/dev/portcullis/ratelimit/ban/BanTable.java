package dev.portcullis.ratelimit.ban;

import dev.portcullis.ratelimit.ban.Ban.Origin;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The bans of a single node in memory, and the rules of {@link BanStore}. Not thread-safe. */
final class BanTable {
    private final Map<BanTarget, Ban> bans = new HashMap<>();
    private final Map<BanTarget, Long> lifted = new HashMap<>(); // until when that is remembered

    /** What a step changed: these targets have another ban now, or none. */
    record Change<T>(T result, Set<BanTarget> changed) {}

    /** Takes a ban that was stored before the process began. */
    void load(Ban ban) {
        bans.put(ban.target(), ban);
    }

    Optional<Ban> find(BanTarget target) {
        return Optional.ofNullable(bans.get(target));
    }

    List<Ban> all() {
        return List.copyOf(bans.values());
    }

    Change<Optional<Ban>> add(Ban ban, int max, long now) {
        Set<BanTarget> changed = removeExpired(now);
        Optional<Ban> present = find(ban.target());
        if (present.filter(each -> stays(each, ban)).isPresent()) {
            return new Change<>(present, changed);
        }
        if (present.isEmpty() && bans.size() >= max) {
            Optional<Ban> displaced = firstToEnd(byRule(ban));
            if (displaced.isEmpty()) {
                return new Change<>(Optional.empty(), changed);
            }
            BanTarget target = displaced.get().target();
            changed.add(target);
            remove(target, Math.min(now + BanStore.LIFTED_MS, displaced.get().until()), max, now);
        }
        replace(present, ban, max, now);
        changed.add(ban.target());
        return new Change<>(Optional.of(ban), changed);
    }

    /** Remembers an earlier ban that would outlast the new one: else it could be restored then. */
    private void replace(Optional<Ban> present, Ban ban, int max, long now) {
        long former = present.map(each -> Math.min(each.until(), now + BanStore.LIFTED_MS))
                .orElse(now);
        long remembered = Math.max(former, lifted.getOrDefault(ban.target(), now));
        bans.put(ban.target(), ban);
        lifted.remove(ban.target());
        if (remembered > ban.until()) {
            remember(ban.target(), remembered, max, now);
        }
    }

    Change<Boolean> lift(BanTarget target, int max, long now) {
        Set<BanTarget> changed = removeExpired(now);
        boolean found = bans.containsKey(target);
        remove(target, now + BanStore.LIFTED_MS, max, now);
        changed.add(target);
        return new Change<>(found, changed);
    }

    Change<Integer> restore(List<Ban> lost, int max, long now) {
        Set<BanTarget> changed = removeExpired(now);
        int restored = 0;
        for (Ban ban : lost) {
            boolean obsolete = !ban.isInForce(now)
                    || bans.containsKey(ban.target())
                    || lifted.getOrDefault(ban.target(), now) > now;
            if (!obsolete && bans.size() < max) {
                bans.put(ban.target(), ban);
                changed.add(ban.target());
                restored++;
            }
        }
        return new Change<>(restored, changed);
    }

    /** Takes back a step that was not persisted, unless another one followed. */
    void undo(BanTarget target, Optional<Ban> left, Optional<Ban> former) {
        if (find(target).equals(left)) {
            former.ifPresentOrElse(ban -> bans.put(target, ban), () -> bans.remove(target));
        }
    }

    private Set<BanTarget> removeExpired(long now) {
        Set<BanTarget> expired = new HashSet<>();
        bans.values().stream().filter(ban -> !ban.isInForce(now)).forEach(ban -> expired.add(ban.target()));
        expired.forEach(bans::remove);
        return expired;
    }

    private void remove(BanTarget target, long remembered, int max, long now) {
        bans.remove(target);
        remember(target, remembered, max, now);
    }

    private void remember(BanTarget target, long until, int max, long now) {
        lifted.put(target, until);
        Collection<Long> ends = lifted.values();
        ends.removeIf(end -> end <= now);
        while (lifted.size() > max) {
            ends.remove(Collections.min(ends));
        }
    }

    private Optional<Ban> firstToEnd(boolean ofAddresses) {
        return bans.values().stream()
                .filter(BanTable::byRule)
                .filter(ban -> !ofAddresses || ban.target().fold(user -> false, range -> true))
                .min(Comparator.comparingLong(Ban::until));
    }

    private static boolean stays(Ban present, Ban asked) {
        return byRule(asked) && (!byRule(present) || present.until() > asked.replacesUntil());
    }

    private static boolean byRule(Ban ban) {
        return ban.origin() == Origin.RULE;
    }
}
