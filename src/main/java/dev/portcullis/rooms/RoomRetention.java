package dev.portcullis.rooms;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.Retention;
import dev.portcullis.streams.RetentionRule;
import dev.portcullis.streams.StreamName;
import java.util.Optional;

/** How much of a room its owner may keep, and what is shown of that. */
final class RoomRetention {
    private final Live<RetentionRule> rule;

    RoomRetention(Live<RetentionRule> rule) {
        this.rule = rule;
    }

    /** Why an owner may not set this; empty if they may. */
    Optional<RoomRefusal> refusal(RoomId room, OwnRetention own) {
        Retention most = rule.get().most(StreamName.room(room));
        if (own.entries() > most.entries()) {
            return Optional.of(RoomRefusal.TOO_MANY_ENTRIES);
        }
        return own.ageMs() > most.ageMs() ? Optional.of(RoomRefusal.TOO_LONG) : Optional.empty();
    }

    /** The outcome, whose room shows what is kept of it. */
    RoomOutcome shown(RoomOutcome outcome) {
        return outcome.fold(
                done -> done.room()
                        .<RoomOutcome>map(room -> done.showing(room.keeping(rule.get()
                                .kept(StreamName.room(room.id()), room.own().orElse(OwnRetention.NONE)))))
                        .orElse(done),
                RoomOutcome::refused);
    }
}
