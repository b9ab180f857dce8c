package dev.portcullis.ratelimit.ban;

import dev.portcullis.ratelimit.ban.BanStore.Part;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Puts the parts of a list of bans together. */
public final class BanSnapshot {
    private final Map<BanTarget, Ban> bans = new HashMap<>();
    private String version = "";

    /** The list begins again with a first part. */
    void take(Part part) {
        version = part.version();
        if (part.first()) {
            bans.clear();
        }
        part.bans().forEach(ban -> bans.put(ban.target(), ban));
        part.lifted().forEach(bans::remove);
    }

    List<Ban> bans() {
        return List.copyOf(bans.values());
    }

    /** All bans that are stored, also such as are over. */
    public static Future<List<Ban>> read(BanStore store) {
        return read(store::readSince);
    }

    private static Future<List<Ban>> read(Function<String, Future<Optional<Part>>> parts) {
        return new BanSnapshot().readOn(parts);
    }

    /**
     * Reads the bans that are in force.
     *
     * @param parts reads what has changed since a version, as {@link BanStore#readSince} does
     */
    static Future<List<Ban>> readInForce(Function<String, Future<Optional<Part>>> parts, LongSupplier clock) {
        return read(parts).map(all -> {
            long now = clock.getAsLong();
            return all.stream().filter(ban -> ban.isInForce(now)).toList();
        });
    }

    private Future<List<Ban>> readOn(Function<String, Future<Optional<Part>>> parts) {
        return parts.apply(version).compose(next -> {
            next.ifPresent(this::take);
            return next.filter(Part::more).isPresent() ? readOn(parts) : Future.succeededFuture(bans());
        });
    }
}
