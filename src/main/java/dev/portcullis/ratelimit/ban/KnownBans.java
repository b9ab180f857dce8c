package dev.portcullis.ratelimit.ban;

import dev.portcullis.config.Live;
import dev.portcullis.ratelimit.ban.BanStore.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The bans of the store and of the configuration, as one list. One thread takes what was read, and a change costs what has
 * changed alone; every thread may ask.
 */
final class KnownBans {
    private static final int MIN_PRUNED = 100;

    private final Live<BansConfig> config;
    private final LongSupplier clock;
    private final Map<BanTarget, Ban> kept = new HashMap<>();
    private final Map<BanTarget, Ban> configured = new HashMap<>();
    private @Nullable BansConfig merged;
    private int pruneAt = MIN_PRUNED;
    private volatile BanList current = new BanList(List.of());

    KnownBans(Live<BansConfig> config, LongSupplier clock) {
        this.config = config;
        this.clock = clock;
    }

    BanList current() {
        return current;
    }

    /** The bans in force that this node holds and this list lacks: the store has lost them, or they were lifted. */
    List<Ban> missingIn(List<Ban> read) {
        long now = clock.getAsLong();
        Set<BanTarget> targets = read.stream().map(Ban::target).collect(Collectors.toSet());
        return kept.values().stream()
                .filter(ban -> ban.isInForce(now) && !targets.contains(ban.target()))
                .toList();
    }

    /** Takes all bans of the store. @return the bans that were not in force here before */
    List<Ban> takeAll(List<Ban> read) {
        kept.clear();
        read.forEach(ban -> kept.put(ban.target(), ban));
        return merge();
    }

    /** Takes what has changed. @return the bans that were not in force here before */
    List<Ban> takeChanges(Part part) {
        List<Ban> added = new ArrayList<>();
        part.lifted().forEach(this::remove);
        for (Ban ban : part.bans()) {
            kept.put(ban.target(), ban);
            boolean isConfigured = configured.containsKey(ban.target());
            if (!isConfigured && current.put(ban).filter(ban::equals).isEmpty()) {
                added.add(ban);
            }
        }
        prune();
        return added;
    }

    /** @return the bans that were not in force here before; none while the configuration is the same */
    List<Ban> mergeConfiguration() {
        return config.get().equals(merged) ? List.of() : merge();
    }

    private void remove(BanTarget target) {
        kept.remove(target);
        if (!configured.containsKey(target)) {
            current.remove(target);
        }
    }

    /** The store does not tell of bans that end by themselves. The cost is spread over as many changes. */
    private void prune() {
        if (kept.size() >= pruneAt) {
            long now = clock.getAsLong();
            List<BanTarget> over = kept.values().stream()
                    .filter(ban -> !ban.isInForce(now))
                    .map(Ban::target)
                    .toList();
            over.forEach(this::remove);
            pruneAt = Math.max(MIN_PRUNED, 2 * kept.size());
        }
    }

    private List<Ban> merge() {
        BansConfig latest = config.get();
        configured.clear();
        latest.configured().forEach(ban -> configured.put(ban.target(), ban));
        List<Ban> bans = new ArrayList<>(kept.values());
        bans.addAll(configured.values());
        BanList former = current;
        BanList next = new BanList(bans, latest.allowed().ranges());
        boolean fewerAllowed = Optional.ofNullable(merged)
                .filter(before -> !before.allowed().equals(latest.allowed()))
                .isPresent();
        merged = latest;
        current = next;
        Set<Ban> before = fewerAllowed ? Set.of() : new HashSet<>(former.all());
        return next.all().stream().filter(ban -> !before.contains(ban)).toList();
    }
}
