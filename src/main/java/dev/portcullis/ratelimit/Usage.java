package dev.portcullis.ratelimit;

import dev.portcullis.protocol.FrameType;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** All that one user has counted: one state, so that a frame meets all its windows in one step. */
final class Usage {
    private final Meter user = new Meter();
    private final Map<FrameType, Meter> actions = new EnumMap<>(FrameType.class);

    Meter user() {
        return user;
    }

    Meter action(FrameType type) {
        return actions.computeIfAbsent(type, any -> new Meter());
    }

    /** The meter of one action, or the user's own. */
    Meter meter(Optional<FrameType> action) {
        return action.map(this::action).orElse(user);
    }

    boolean idle(long now, BlockRule rule) {
        return user.idle(now, rule) && actions.values().stream().allMatch(meter -> meter.idle(now, rule));
    }
}
