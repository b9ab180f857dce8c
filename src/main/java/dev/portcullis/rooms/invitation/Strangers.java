package dev.portcullis.rooms.invitation;

import dev.portcullis.protocol.UserId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The strangers who invited a user lately, in the order in which they first did. An inviter keeps this place when the invitation
 * is displaced or taken back. Otherwise inviters who repeat themselves would be the newest each time, and displace an honest
 * stranger who does not (CWE-400).
 *
 * @param first the first invitations, oldest first, one for each inviter
 */
public record Strangers(List<First> first) {
    public static final Strangers NONE = new Strangers(List.of());

    /** @param at the time at which the inviter first invited the user, in milliseconds */
    public record First(UserId by, long at) {}

    public Strangers {
        first = List.copyOf(first);
    }

    Strangers since(long oldest) {
        return new Strangers(first.stream().filter(each -> each.at() >= oldest).toList());
    }

    /** Adds a stranger who invites the user now, unless it is not the first time. Beyond the most, the oldest are dropped. */
    Strangers plus(UserId by, long now, int most) {
        if (first.stream().anyMatch(each -> each.by().equals(by))) {
            return this;
        }
        return new Strangers(Stream.concat(first.stream(), Stream.of(new First(by, now)))
                .skip(Math.max(0, first.size() + 1 - most))
                .toList());
    }

    Strangers without(UserId by) {
        return new Strangers(
                first.stream().filter(each -> !each.by().equals(by)).toList());
    }

    /** The place of each in the order. It does not depend on the clocks of the nodes that noted the times. */
    Map<UserId, Integer> places() {
        Map<UserId, Integer> places = new HashMap<>();
        for (First each : first) {
            places.put(each.by(), places.size());
        }
        return places;
    }
}
