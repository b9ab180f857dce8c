package dev.portcullis.ratelimit.ban;

import dev.portcullis.ratelimit.ban.BanStore.Part;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts the parts of a list of bans together. */
final class WholeList {
    private final BanStore store;
    private final Map<BanTarget, Ban> bans = new HashMap<>();
    private String version = "";

    WholeList(BanStore store) {
        this.store = store;
    }

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

    /** Reads up to the last part. */
    Future<List<Ban>> read() {
        return store.readSince(version).compose(next -> {
            next.ifPresent(this::take);
            return next.filter(Part::more).isPresent() ? read() : Future.succeededFuture(bans());
        });
    }
}
