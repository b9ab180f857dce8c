package dev.portcullis.ratelimit;

import dev.portcullis.protocol.ClientAction;
import dev.portcullis.ratelimit.window.RecentTimes;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/** All that one user has counted, in one object, so that a frame is checked against all its windows in one step. */
final class UserUsage {
    private final ScopeUsage user = new ScopeUsage();
    private Map<ClientAction, ScopeUsage> actions = Map.of();
    private Optional<RecentTimes> blocks = Optional.empty();

    ScopeUsage user() {
        return user;
    }

    ScopeUsage action(ClientAction action) {
        if (actions.isEmpty()) {
            actions = new HashMap<>();
        }
        return actions.computeIfAbsent(action, any -> new ScopeUsage());
    }

    /** The usage of one action, or of the user. */
    ScopeUsage usageOf(Optional<ClientAction> action) {
        return action.map(this::action).orElse(user);
    }

    /** Counts a block that began. Returns whether a ban is due. */
    boolean countBlock(long now, BlockRule.BanRule rule) {
        if (rule.after() == 0) {
            return false;
        }
        RecentTimes recent = blocks.orElseGet(RecentTimes::new);
        blocks = Optional.of(recent);
        return recent.add(now, rule.after(), rule.windowMs());
    }

    /** Removes what no longer changes a verdict: a user who has left is counted for an hour. */
    void trim(long now, BlockRule rule) {
        user.trim(now);
        if (!actions.isEmpty()) {
            Iterator<ScopeUsage> each = actions.values().iterator();
            while (each.hasNext()) { // no stream: a sweep comes here for thousands of users
                ScopeUsage usage = each.next();
                usage.trim(now);
                if (usage.idle(now, rule)) {
                    each.remove();
                }
            }
            actions = actions.isEmpty() ? Map.of() : actions;
        }
        forgetBlocks(now, rule);
    }

    boolean idle(long now, BlockRule rule) {
        forgetBlocks(now, rule);
        return blocks.isEmpty()
                && user.idle(now, rule)
                && actions.values().stream().allMatch(usage -> usage.idle(now, rule));
    }

    private void forgetBlocks(long now, BlockRule rule) {
        blocks.ifPresent(recent -> recent.forget(now, rule.ban().windowMs()));
        blocks = blocks.filter(recent -> !recent.isEmpty());
    }
}
