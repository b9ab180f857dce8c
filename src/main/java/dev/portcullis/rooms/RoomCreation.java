package dev.portcullis.rooms;

import dev.portcullis.config.Live;
import dev.portcullis.content.PlainText;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomCommand.Create;
import dev.portcullis.rooms.directory.Room;
import dev.portcullis.rooms.directory.RoomChange;
import dev.portcullis.rooms.directory.RoomDirectory;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Creates rooms. An id that was ever in use gets no room, so that no user gets the messages that others wrote there. A user whom
 * a token let in while the room was created does not stay in it.
 */
final class RoomCreation {
    /** An id that no room can have: the path of a call has this word in the place of a room. */
    private static final RoomId INVITATIONS = new RoomId("invitations");

    private final RoomPolicy policy;
    private final RoomDecider decider;
    private final RoomDirectory directory;
    private final RoomStreams streams;
    private final Live<RoomsConfig> config;

    RoomCreation(
            RoomPolicy policy,
            RoomDecider decider,
            RoomDirectory directory,
            RoomStreams streams,
            Live<RoomsConfig> config) {
        this.policy = policy;
        this.decider = decider;
        this.directory = directory;
        this.streams = streams;
        this.config = config;
    }

    Future<RoomOutcome> create(Create command) {
        String name = PlainText.clean(command.name(), Room.LONGEST_NAME);
        Optional<RoomRefusal> refusal = refusal(command, name);
        if (refusal.isPresent()) {
            return Future.succeededFuture(RoomOutcome.refused(refusal.get()));
        }
        UserId creator = command.by().userId();
        Room room = new Room(command.room(), name, command.visibility(), creator, command.now());
        return mayTake(command)
                .compose(free ->
                        free ? directory.create(room, command.notAfter()) : Future.succeededFuture(RoomChange.TAKEN))
                .compose(change -> switch (change) {
                    case DONE -> created(command, room);
                    case TAKEN -> repeated(command, room);
                    default -> Future.succeededFuture(RoomOutcome.of(change));
                });
    }

    /** Shows the new room, after its listeners are checked if the id was chosen: a random id can't be in a token already. */
    private Future<RoomOutcome> created(Create command, Room room) {
        Future<Void> confirmed = command.chosen() ? streams.confirmListeners(room.id()) : Future.succeededFuture();
        return confirmed.map(any -> shown(room));
    }

    private Future<Boolean> mayTake(Create command) {
        return command.chosen() ? streams.isUsed(command.room()).map(used -> !used) : Future.succeededFuture(true);
    }

    /** Answers a creator who has not heard that the room is made, and asks again. The repeated call has a later time. */
    private Future<RoomOutcome> repeated(Create command, Room room) {
        return decider.facts(command.by(), room.id())
                .compose(facts -> facts.room()
                        .filter(made ->
                                made.isRepeatedBy(room) && facts.membership().equals(Optional.of(made.founder())))
                        .map(made -> created(command, made))
                        .orElseGet(() -> Future.succeededFuture(RoomOutcome.of(RoomChange.TAKEN))));
    }

    private Optional<RoomRefusal> refusal(Create command, String name) {
        RoomDecision decision = policy.decideAnywhere(command.by(), RoomAction.CREATE_ROOM);
        if (decision.isGranted() && command.chosen()) {
            decision = policy.decideAnywhere(command.by(), RoomAction.NAME_ROOM);
        }
        if (!decision.isGranted()) {
            return Optional.of(RoomRefusal.of(decision.rule()));
        }
        if (!PlainText.isSeen(name)) { // a room must not look as if it had no name
            return Optional.of(RoomRefusal.BAD_NAME);
        }
        return config.get().open().contains(command.room()) || command.room().equals(INVITATIONS)
                ? Optional.of(RoomRefusal.TAKEN)
                : Optional.empty();
    }

    private static RoomOutcome shown(Room room) {
        return RoomOutcome.shown(RoomView.of(room, Optional.of(room.founder())));
    }
}
