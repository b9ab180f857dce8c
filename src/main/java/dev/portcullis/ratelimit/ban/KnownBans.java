package dev.portcullis.ratelimit.ban;

import dev.portcullis.config.Live;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The bans of the store and of the configuration, as one list. One thread takes what was read; every thread may ask.
 */
final class KnownBans {
    private final Live<BansConfig> config;
    private final LongSupplier clock;
    private List<Ban> kept = List.of();
    private @Nullable BansConfig merged;
    private volatile BanList current = BanList.NONE;

    KnownBans(Live<BansConfig> config, LongSupplier clock) {
        this.config = config;
        this.clock = clock;
    }

    BanList current() {
        return current;
    }

    /** What this node holds, is in force, and is not among these: the store has lost it, or it was lifted. */
    List<Ban> missingIn(List<Ban> read) {
        long now = clock.getAsLong();
        Set<BanTarget> targets = read.stream().map(Ban::target).collect(Collectors.toSet());
        return kept.stream()
                .filter(ban -> ban.isInForce(now) && !targets.contains(ban.target()))
                .toList();
    }

    /** @return the bans that were not in force here before */
    List<Ban> take(List<Ban> read) {
        kept = read;
        return merge();
    }

    /** @return the bans that were not in force here before; none while the configuration is the same */
    List<Ban> mergeConfiguration() {
        return config.get().equals(merged) ? List.of() : merge();
    }

    private List<Ban> merge() {
        BansConfig latest = config.get();
        List<Ban> bans = new ArrayList<>(kept);
        bans.addAll(latest.configured());
        BanList former = current;
        BanList next = new BanList(bans, latest.allowed().ranges());
        boolean fewerAllowed = merged != null && !latest.allowed().equals(merged.allowed());
        merged = latest;
        current = next;
        Set<Ban> before = fewerAllowed ? Set.of() : new HashSet<>(former.all());
        return next.all().stream().filter(ban -> !before.contains(ban)).toList();
    }
}
