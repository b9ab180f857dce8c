package dev.portcullis.admin;

import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.ban.BanList;
import dev.portcullis.ratelimit.ban.BanTarget;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The bans of the cluster, as operators see them.
 *
 * @param add the ban in force from then on; empty if there are as many as may be kept
 * @param lift whether there was one
 * @param kept the bans of the store that are in force
 * @param configured the bans of this node's configuration
 */
public record BanDirectory(
        Function<Ban, Future<Optional<Ban>>> add,
        Function<BanTarget, Future<Boolean>> lift,
        Supplier<Future<List<Ban>>> kept,
        Supplier<List<Ban>> configured) {

    /** All bans that are in force. */
    Future<BanList> inForce() {
        return kept.get()
                .map(stored -> new BanList(Stream.of(stored, configured.get())
                        .flatMap(List::stream)
                        .toList()));
    }

    /** Whether a user may not come in. */
    Future<Boolean> isBanned(UserId user, long now) {
        return inForce().map(bans -> bans.ofUser(user, now).isPresent());
    }

    boolean isConfigured(BanTarget target) {
        return configured.get().stream().anyMatch(ban -> ban.target().equals(target));
    }
}
