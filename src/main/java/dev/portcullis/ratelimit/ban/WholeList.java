package dev.portcullis.ratelimit.ban;

import dev.portcullis.ratelimit.ban.BanStore.Part;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Puts the parts of a list of bans together. */
public final class WholeList {
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
        return new WholeList().readOn(store);
    }

    /** Those of them that are in force. */
    public static Future<List<Ban>> readInForce(BanStore store, LongSupplier clock) {
        return read(store).map(all -> {
            long now = clock.getAsLong();
            return all.stream().filter(ban -> ban.isInForce(now)).toList();
        });
    }

    private Future<List<Ban>> readOn(BanStore store) {
        return store.readSince(version).compose(next -> {
            next.ifPresent(this::take);
            return next.filter(Part::more).isPresent() ? readOn(store) : Future.succeededFuture(bans());
        });
    }
}
