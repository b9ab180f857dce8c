package dev.portcullis.ratelimit;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.ban.BanTarget;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bans users who began too many blocks. The refusal does not wait for the ban and never depends on it. A ban that fails
 * is asked for again with the user's next block, as long as there are enough of them within the time that counts.
 */
public final class BlockBans {
    private static final Logger LOG = LoggerFactory.getLogger(BlockBans.class);

    private final Function<Ban, Future<Optional<Ban>>> bans;
    private final Live<RateLimitConfig> config;
    private final LongSupplier millis;

    /** @param bans keeps a ban; empty if there are as many as may be kept */
    public BlockBans(Function<Ban, Future<Optional<Ban>>> bans, Live<RateLimitConfig> config, LongSupplier millis) {
        this.bans = bans;
        this.config = config;
        this.millis = millis;
    }

    void ban(UserId user) {
        BlockRule.BanRule rule = config.get().blocks().ban();
        long now = millis.getAsLong();
        Ban ban = new Ban(
                new BanTarget.OfUser(user),
                Ban.Origin.RULE,
                rule.after() + " blocks of limits",
                now + rule.lengthMs(),
                now);
        bans.apply(ban)
                .onSuccess(kept -> {
                    if (kept.isEmpty()) {
                        warn("there are as many bans as may be kept");
                    }
                })
                .onFailure(failure -> warn(failure.getClass().getName()));
    }

    private static void warn(String cause) {
        LOG.atWarn()
                .addKeyValue("event", "ratelimit.ban.failed")
                .addKeyValue("cause", cause)
                .log("a user who began too many blocks could not be banned");
    }
}
