package dev.portcullis.ratelimit;

import dev.portcullis.protocol.FrameType;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** All that one user has counted, in one object, so that a frame is checked against all its windows in one step. */
final class UserUsage {
    private final ScopeUsage user = new ScopeUsage();
    private Map<FrameType, ScopeUsage> actions = Map.of();

    ScopeUsage user() {
        return user;
    }

    ScopeUsage action(FrameType type) {
        if (actions.isEmpty()) {
            actions = new EnumMap<>(FrameType.class);
        }
        return actions.computeIfAbsent(type, any -> new ScopeUsage());
    }

    /** The usage of one action, or of the user. */
    ScopeUsage usageOf(Optional<FrameType> action) {
        return action.map(this::action).orElse(user);
    }

    /** Removes what no longer changes a verdict: a user who has left is counted for an hour. */
    void trim(long now, BlockRule rule) {
        user.trim(now);
        if (!actions.isEmpty()) {
            actions.values().removeIf(usage -> usage.idle(now, rule));
            actions.values().forEach(usage -> usage.trim(now));
            actions = actions.isEmpty() ? Map.of() : actions;
        }
    }

    boolean idle(long now, BlockRule rule) {
        return user.idle(now, rule) && actions.values().stream().allMatch(usage -> usage.idle(now, rule));
    }
}
