package dev.portcullis.ratelimit;

import dev.portcullis.protocol.CallAction;
import dev.portcullis.protocol.ClientAction;
import dev.portcullis.protocol.EventAction;
import dev.portcullis.protocol.FrameAlias;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A frame that a user sends, or a call over HTTP. It carries no time: the store that counts has the clock.
 *
 * @param action the type of the frame; meaningless in a report
 * @param bytes of this frame, and of earlier ones that are not counted yet
 * @param extraWeight how much more than once the frame counts in its action's row; everywhere else it counts once
 * @param report whether only bytes are reported, and no frame waits for a verdict
 * @param connectionBlock the limit of its connection with which a block began there, which counts towards a ban of the user
 * @param alias the alias that the frame was sent under, if any
 * @param event the name of the application's event that it is, if that has a limit of its own
 * @param call the call that takes the place of a frame
 */
public record FrameAttempt(
        UserId user,
        Role role,
        FrameType action,
        int bytes,
        long extraWeight,
        boolean report,
        Optional<Window> connectionBlock,
        Optional<FrameAlias> alias,
        Optional<String> event,
        Optional<CallAction> call) {
    /** A frame with this weight in its action's row. */
    static FrameAttempt of(UserId user, Role role, FrameType action, int weight, int bytes) {
        return new FrameAttempt(
                user,
                role,
                action,
                bytes,
                weight - 1L,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** The same attempt, sent under an alias: it counts in the row of the alias, too. */
    FrameAttempt under(Optional<FrameAlias> name) {
        return new FrameAttempt(user, role, action, bytes, extraWeight, report, connectionBlock, name, event, call);
    }

    /** The same attempt, with an event that counts in a row of its own, too. */
    FrameAttempt of(String name) {
        return new FrameAttempt(
                user, role, action, bytes, extraWeight, report, connectionBlock, alias, Optional.of(name), call);
    }

    static FrameAttempt of(UserId user, Role role, CallAction call) {
        return new FrameAttempt(
                user,
                role,
                FrameType.PING,
                0,
                0,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(call));
    }

    /** Bytes of frames that are answered already, and still count for their user. */
    static FrameAttempt report(UserId user, Role role, int bytes) {
        return new FrameAttempt(
                user,
                role,
                FrameType.PING,
                bytes,
                0,
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** A report, and that a block began on the connection. */
    static FrameAttempt reportBlock(UserId user, Role role, int bytes, Window exceeded) {
        return new FrameAttempt(
                user,
                role,
                FrameType.PING,
                bytes,
                0,
                true,
                Optional.of(exceeded),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** The type of the frame; empty in a report, and for a call. */
    Optional<FrameType> frame() {
        return report || call.isPresent() ? Optional.empty() : Optional.of(action);
    }

    /** The actions that it counts as, besides as a frame of its user; none in a report. */
    List<ClientAction> actions() {
        if (report) {
            return List.of();
        }
        List<ClientAction> actions = new ArrayList<>(1);
        frame().ifPresent(actions::add);
        alias.ifPresent(actions::add);
        event.ifPresent(name -> actions.add(new EventAction(name)));
        call.ifPresent(actions::add);
        return actions;
    }

    int weight() {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, extraWeight + 1));
    }
}
