package dev.portcullis.app.node.live;

import dev.portcullis.config.SettingChange;
import java.util.List;

/** The keys of the configuration that can change while the node runs. All others need a restart. */
public final class LiveKeys {
    private static final List<String> LIVE = List.of(
            "origin",
            "ratelimit",
            "bans",
            "anomaly",
            "permissions",
            "rooms.public",
            "rooms.adding",
            "rooms.authorizer",
            "direct.allow",
            "direct.hook",
            "content",
            "streams.room",
            "streams.inbox",
            "retention",
            "hooks.http",
            "hooks.batch",
            "hooks.attempts",
            "hooks.retryMs",
            "hooks.longestRetryMs",
            "auth.issuers",
            "auth.maxLifetime",
            "auth.clockSkewMs",
            "auth.maxRooms",
            "tls",
            "log.level");

    /** Sizes of tables and intervals of timers, which are made once. */
    private static final List<String> MADE_ONCE = List.of(
            "ratelimit.tracking",
            "anomaly.trackedUsers",
            "anomaly.address.tracked",
            "bans.intervalMs",
            "tls.required",
            "tls.watchMs");

    private LiveKeys() {}

    public static boolean isLive(SettingChange change) {
        return LIVE.stream().anyMatch(change::isIn) && MADE_ONCE.stream().noneMatch(change::isIn);
    }
}
